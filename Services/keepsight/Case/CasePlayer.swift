import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import KafkaClient
import Policy
import Safeguarding
import ServiceRuntime

/// Plays a case against a running partnership and keeps what everybody is told.
actor CasePlayer {
    /// A notice that came, how long after its step was published.
    struct Told: Sendable {
        let step: Int
        let agency: AgencyCode
        let notice: NoticeIssued
        let eventID: String
        let milliseconds: Int
    }

    /// How a step went.
    struct Walked: Sendable {
        let step: CaseFile.Step
        let receipt: String
        let receiptMilliseconds: Int
        var missing: [CaseFile.Expectation] = []
    }

    private let file: CaseFile
    private let deployment: Deployment
    private let agencies: [AgencyCode]
    /// Stands in every reference of this run, so that other traffic is told apart.
    private let run = String(UInt32.random(in: .min ... .max), radix: 36)
    private let timeoutSeconds: Int
    private(set) var told: [Told] = []
    private(set) var walked: [Walked] = []
    private var receipts: [String: AgencyNotice] = [:]

    init(_ file: CaseFile, _ deployment: Deployment, timeoutSeconds: Int) throws {
        self.file = file
        self.deployment = deployment
        self.timeoutSeconds = timeoutSeconds
        agencies = try deployment.policy().agencies.codes
    }

    /// Plays every step: publishes, waits for the receipt and for what is expected. Then listens on for a moment, since
    /// what should not come must have had its time to come.
    func play(onStep: @Sendable (CaseFile.Step) -> Void) async throws {
        let topics = agencies.map { deployment.topics.notices(of: $0).name }
        let reader = try await KafkaReader(try deployment.kafka(), topics: topics, from: .end)
        for (place, step) in file.steps.enumerated() {
            onStep(step)
            try await play(step, place, reader)
        }
        let end = ContinuousClock.now.advanced(by: .seconds(2))
        while ContinuousClock.now < end { try await listen(reader, step: file.steps.count - 1, since: nil) }
        await reader.close()
    }

    /// Notices of this run that no step expects, and those that came more than once.
    var surplus: [Told] {
        var open = file.steps.flatMap(\.expectations).map { (filled($0), $0.count) }
        var seen: Set<NoticeID> = []
        return told.filter { told in
            guard seen.insert(told.notice.noticeID).inserted else { return true }
            guard let place = open.firstIndex(where: { $0.1 > 0 && $0.0.fits(told.notice, for: told.agency) }) else {
                return true
            }
            open[place].1 -= 1
            return false
        }
    }

    private func play(_ step: CaseFile.Step, _ place: Int, _ reader: KafkaReader) async throws {
        var writer = JSONWriter()
        let screeningItem = try await screeningItem(ifNamedIn: step)
        try writer.yaml(step.data) { try fill($0, screeningItem: screeningItem) }
        let data = writer.bytes
        let id = "\(run)-\(place + 1)"
        let event = Publisher.event(step.type, id: id, as: step.agency) { writer in
            guard let document = try? JSONDocument(parsing: data) else { return }
            for (name, value) in document.root.members {
                writer.key(name)
                writer.copy(value)
            }
        }
        let start = ContinuousClock.now
        try await Publisher(deployment, as: step.agency).send(event)
        let end = start.advanced(by: .seconds(timeoutSeconds))
        var receiptAfter = 0
        while ContinuousClock.now < end {
            try await listen(reader, step: place, since: start)
            if receipts[id] != nil, receiptAfter == 0 { receiptAfter = milliseconds(since: start) }
            if receipts[id] != nil, missing(of: step, place).isEmpty { break }
        }
        walked.append(
            Walked(
                step: step, receipt: describe(receipts[id]), receiptMilliseconds: receiptAfter,
                missing: missing(of: step, place)))
        if case .refused(let refusal) = receipts[id] {
            let reasons = refusal.reasons.map { "\($0.path): \($0.message)" }.joined(separator: "\n  ")
            throw CommandFailure(.failed, "Step \(place + 1) (line \(step.line)) was refused:\n  \(reasons)")
        }
        guard receipts[id] != nil else {
            throw CommandFailure(
                .failed,
                "Step \(place + 1) (line \(step.line)) got no receipt within \(timeoutSeconds) s. "
                    + "See 'keepsight services'.")
        }
    }

    private func listen(_ reader: KafkaReader, step: Int, since start: ContinuousClock.Instant?) async throws {
        for message in try await reader.next(maximumMessages: 1000, timeoutMilliseconds: 100) {
            guard let agency = agencies.first(where: { deployment.topics.notices(of: $0).name == message.topic }),
                let notice = AgencyNotice(message), let event = AgencyNotice.event(message)
            else { continue }
            switch notice {
            case .accepted, .refused:
                if let id = notice.answeredEvent, !notice.isInterim { receipts[id] = notice }
            case .issued(let issued):
                guard isOfThisRun(issued) else { continue }
                told.append(
                    Told(
                        step: step, agency: agency, notice: issued, eventID: event.envelope.id,
                        milliseconds: start.map { milliseconds(since: $0) } ?? 0))
            }
        }
    }

    private func isOfThisRun(_ notice: NoticeIssued) -> Bool {
        let names = notice.children.map(\.name.ref) + [notice.body.subject.id]
        return names.contains { $0?.hasSuffix("-" + run) ?? false }
    }

    /// What of this step's expectations has not come yet.
    private func missing(of step: CaseFile.Step, _ place: Int) -> [CaseFile.Expectation] {
        var arrived = told.filter { $0.step == place }
        return step.expectations.filter { expectation in
            let wanted = filled(expectation)
            for _ in 0..<expectation.count {
                guard let hit = arrived.firstIndex(where: { wanted.fits($0.notice, for: $0.agency) }) else {
                    return true
                }
                arrived.remove(at: hit)
            }
            return false
        }
    }

    private func filled(_ expectation: CaseFile.Expectation) -> CaseFile.Expectation {
        CaseFile.Expectation(
            agency: expectation.agency, kind: expectation.kind, state: expectation.state,
            child: expectation.child?.replacing("{run}", with: run), count: expectation.count)
    }

    private func fill(_ text: String, screeningItem: String?) throws -> String {
        var text = text.replacing("{run}", with: run)
        if let screeningItem { text = text.replacing("{screeningItem}", with: screeningItem) }
        if text.hasPrefix("{minutesAgo:"), let minutes = Int64(text.dropFirst(12).dropLast()) {
            text = Instant.now.adding(seconds: -60 * minutes).rfc3339
        }
        if text == "{escalation}" {
            guard let escalation = told.last(where: { $0.notice.body.escalationID != nil })?.notice.body.escalationID
            else {
                throw CommandFailure(.failed, "No notice has come yet that names an escalation.")
            }
            text = escalation.text
        }
        if text == "{request}" {
            guard let request = told.last(where: { $0.notice.body.requestID != nil })?.notice.body.requestID else {
                throw CommandFailure(.failed, "No notice has come yet that asks something.")
            }
            text = request.text
        }
        if text.hasPrefix("{notice:") {
            let parts = text.dropFirst(8).dropLast().split(separator: ":").map(String.init)
            let hit = told.first {
                parts.count == 2 && $0.agency.text == parts[0] && $0.notice.kind.rawValue == parts[1]
            }
            guard let hit else { throw CommandFailure(.failed, "No notice has come yet that \(text) could name.") }
            text = hit.notice.noticeID.text
        }
        return text
    }

    /// The item that this run's referral made, once it is on the queue.
    private func screeningItem(ifNamedIn step: CaseFile.Step) async throws -> String? {
        guard step.data["itemId"]?.text == "{screeningItem}" else { return nil }
        let end = ContinuousClock.now.advanced(by: .seconds(timeoutSeconds))
        while ContinuousClock.now < end {
            let items = try await QueueCommand.open(deployment)
            if let item = items.first(where: { $0.referralID.hasSuffix("-" + run) }) { return item.itemID.text }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure(.failed, "The referral is not on the screening queue after \(timeoutSeconds) s.")
    }

    private func describe(_ receipt: AgencyNotice?) -> String {
        switch receipt {
        case .accepted(let receipt):
            "accepted" + (receipt.ignored.isEmpty ? "" : ", ignoring " + receipt.ignored.joined(separator: " "))
        case .refused: "refused"
        case .issued, nil: "no receipt"
        }
    }

    private func milliseconds(since start: ContinuousClock.Instant) -> Int {
        let duration = start.duration(to: .now).components
        return Int(duration.seconds * 1000 + duration.attoseconds / 1_000_000_000_000_000)
    }
}
