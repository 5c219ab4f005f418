import Channels
import Foundation

/// What services say on their pages.
extension Partnership {
    /// Waits until a service says that it is not ready, and why.
    public func awaitUnready(_ service: String, naming text: String) async throws {
        try await awaitPage(service) { $0.contains("\"ready\":false") && $0.contains(text) }
    }

    /// Waits until a service is ready, and says that somebody should look at something.
    public func awaitAttention(_ service: String, naming text: String) async throws {
        try await awaitPage(service) {
            $0.contains("\"ready\":true") && $0.contains("\"attention\"") && $0.contains(text)
        }
    }

    /// Waits until a service is ready.
    public func awaitReady(_ service: String) async throws {
        try await awaitPage(service) { $0.contains("\"ready\":true") }
    }

    /// Waits until a service's gauge, summed over its labels, fits.
    public func awaitMetric(_ name: String, of service: String, _ fits: (Double) -> Bool) async throws {
        try await awaitPage(service, "/metrics") { page in
            let values = page.split(separator: "\n").filter { $0.hasPrefix("keepsight_\(name)") }
            return !values.isEmpty
                && fits(values.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +))
        }
    }

    private func awaitPage(_ service: String, _ path: String = "/readyz", _ fits: (String) -> Bool) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
        var page: String?
        while ContinuousClock.now < end, child(service)?.isRunning == true {
            page = nil
            // One that has just been started is not there yet.
            if let port = port(of: service) { page = await get(path, port: port) }
            if let page, fits(page) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Missing("\(service) says of itself:\n\(page ?? "nothing")")
    }

    /// A page of a service.
    public func page(_ path: String, of service: String) async throws -> String {
        guard let port = port(of: service) else { throw Missing("\(service) has not said at which port it is") }
        guard let page = await get(path, port: port) else { throw Missing("\(service) does not answer") }
        return page
    }

    /// `nil` when nobody answers.
    private func get(_ path: String, port: UInt16) async -> String? {
        // A service that hangs holds whoever asks it.
        let answer = try? await OwnThread.run {
            HTTPGet.page(
                "http://127.0.0.1:\(port)" + path, timeoutMilliseconds: Int(10_000 * TestEnvironment.patience))
        }
        guard let answer, answer.status != 0 else { return nil }
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// Where its log says that its pages are.
    private func port(of service: String) -> UInt16? {
        child(service)?.log.split(separator: "\"port\":").dropFirst().first.flatMap {
            UInt16($0.prefix(while: \.isNumber))
        }
    }
}
