import Glibc
import Synchronization
import TestSupport
import Testing

@testable import ServiceRuntime

struct HealthPageTests {
    /// Connects to the page, and says what it is given; `nil` if it is not let in.
    private static func connect(_ port: UInt16, saying text: String = "") -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, say(text, on: descriptor) else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func say(_ text: String, on descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    @Test("trial A12: connections that say nothing, or a byte now and then, do not silence the health page")
    func slowConnections() async throws {
        let server = try HTTPServer(
            address: "127.0.0.1", port: 0, HTTPServer.operations(health: HealthState(), metrics: Metrics()))
        // More than the page has places for; every other one has begun a request that it does not end.
        var slow: [Int32] = []
        for number in 0..<300 {
            let start = number.isMultiple(of: 2) ? "GET /healthz HTTP/1.1\r\nX-Slow: " : ""
            if let descriptor = Self.connect(server.port, saying: start) { slow.append(descriptor) }
        }
        defer { for descriptor in slow { close(descriptor) } }
        try #require(slow.count > 256)
        let script =
            "exec 3<>/dev/tcp/127.0.0.1/\(server.port); printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
        let visitor = try ServiceChild(executable: "/bin/bash", arguments: ["-c", script], environment: [:])
        let end = ContinuousClock.now.advanced(by: .seconds(10 * TestEnvironment.patience))
        while visitor.isRunning, ContinuousClock.now < end {
            for descriptor in slow { _ = Self.say("a", on: descriptor) }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(!visitor.isRunning)
        #expect(visitor.log.hasPrefix("HTTP/1.1 200"), "\(visitor.log)")
    }

    @Test("trial A12: a new connection takes the place of its address' oldest, beyond all places of the oldest")
    func places() {
        var book = ConnectionBook()
        // One address, more and more: each beyond its share takes the place of its first.
        for descriptor in 0..<Int32(40) {
            let leaving = book.opened(descriptor, from: 1)
            let share = Int32(ConnectionBook.maximumOfAddress)
            #expect(leaving == (descriptor < share ? nil : descriptor - share))
        }
        #expect(book.count == ConnectionBook.maximumOfAddress)
        // Many addresses: the first of all goes.
        for descriptor in Int32(100)..<132 {
            #expect(book.opened(descriptor, from: UInt32(descriptor)) == nil)
        }
        #expect(book.opened(200, from: 200) == 24)
        book.closed(25)
        #expect(book.opened(201, from: 201) == nil)
        #expect(book.count == ConnectionBook.maximum)
    }
}
