import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import KafkaClient
import Policy
import Safeguarding
import ServiceRuntime

/// How soon many agencies know of one change.
struct ParticipantFigures: Sendable {
    let participants: Int
    /// From publish to the last agency's notice, one change after the other.
    let latencies: Latencies
}

extension Bench {
    private static let timedChanges = 200
    /// Changes before those: each topic is new to whoever writes and reads it.
    private static let firstChanges = 20

    /// Changes about one child with whom so many agencies are involved, social care among them.
    func measureParticipants(_ count: Int) async throws -> ParticipantFigures {
        let agencies = [socialCare] + (try deployment.policy().agencies.codes.filter(ExtraAgencies.contains))
        guard agencies.count == count else {
            throw CommandFailure(.failed, "The policy has \(agencies.count - 1) agencies for \(count) participants.")
        }
        let household = number(of: .shared)
        let reader = try await KafkaReader(
            try deployment.kafka(), topics: agencies.map { deployment.topics.notices(of: $0).name }, from: .end)
        Output.note("introducing a child to \(count) agencies")
        try await introduce(household, to: agencies, reader)
        Output.note("publishing \(Bench.timedChanges) changes, one after the other, of which all of them are told")
        var milliseconds: [Double] = []
        for number in 0..<Bench.firstChanges + Bench.timedChanges {
            let start = ContinuousClock.now
            try await publishOne(about: household)
            try await hear(count, of: NoticeIssued.type.text, reader)
            if number >= Bench.firstChanges { milliseconds.append(start.duration(to: .now) / .milliseconds(1)) }
        }
        await reader.close()
        return ParticipantFigures(participants: count, latencies: Latencies(milliseconds))
    }

    private func introduce(_ household: Int, to agencies: [AgencyCode], _ reader: KafkaReader) async throws {
        try await send(agencies.map { involvement(of: $0, with: household) })
        try await hear(agencies.count, of: ReceiptAccepted.type.text, reader)
    }

    private func hear(_ count: Int, of type: String, _ reader: KafkaReader) async throws {
        var heard = 0
        let end = ContinuousClock.now.advanced(by: .seconds(60))
        while heard < count {
            guard ContinuousClock.now < end else {
                throw CommandFailure(.failed, "\(count - heard) of \(count) \(type) did not come in 60 s.")
            }
            for message in try await reader.next(maximumMessages: 5000, timeoutMilliseconds: 200) {
                guard let document = try? JSONDocument(parsing: message.value ?? []) else { continue }
                // Whoever is told is asked as well; what counts is that everybody has been told.
                let kind = document.root["data"]?["kind"]?.string
                guard kind != NoticeKind.consultationRequested.rawValue else { continue }
                if document.root["type"]?.string == type { heard += 1 }
            }
        }
    }
}

/// Agencies that a measurement adds to a copy of the policy.
enum ExtraAgencies {
    private static let prefix = "participant-"

    static func contains(_ agency: AgencyCode) -> Bool { agency.text.hasPrefix(prefix) }

    /// Copies the policy and adds so many agencies to it. Where the copy is.
    static func write(_ count: Int, to folder: String, policy: String) throws -> String {
        let copy = folder + "/policy"
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: policy, toPath: copy)
        let file = copy + "/agencies.yaml"
        guard let known = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(.usage, "There is no \(policy)/agencies.yaml, or it cannot be read.")
        }
        var text = String(decoding: known, as: UTF8.self)
        for number in 1..<count + 1 {
            text += "  - code: \(prefix)\(number)\n    name: \"Participant \(number)\"\n    kind: education\n"
            text += "    managerRoles: [head teacher]\n    contacts:\n"
            for stage in 1...5 {
                text +=
                    "      - { stage: \(stage), role: stage \(stage), email: stage\(stage).\(number)@example.org }\n"
            }
        }
        try Data(text.utf8).write(to: URL(filePath: file))
        return copy
    }
}
