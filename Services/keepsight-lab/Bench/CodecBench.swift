import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import Safeguarding
import ServiceRuntime

/// Measures reading one event, alone on one core: ours in its three depths, and Foundation's decoder beside it.
enum CodecBench {
    private static let event = Array(
        #"{"specversion":"1.0","id":"bench-1","source":"/agencies/csc","type":"keepsight.decision.changed.v1","time":"2026-11-01T10:00:00Z","data":{"decisionId":"bench-1","version":1,"children":[{"ref":"CSC-1","from":"section-47","to":"section-17","rationale":"Measured."}],"decidedAt":"2026-11-01T10:00:00Z","authoriser":{"name":"Chris Example","role":"team manager"},"reason":"Measured."}}"#
            .utf8)

    static func run(rounds: Int) throws -> Table {
        let now = Instant(rfc3339: "2026-11-23T10:00:00Z") ?? Instant(microsecondsSinceEpoch: 0)
        var table = Table(["what", "microseconds an event of \(event.count) bytes"])
        try measure("JSON document", rounds, &table) { _ = try JSONDocument(parsing: event, limits: .event) }
        try measure("event: document, envelope, checks", rounds, &table) {
            _ = try EnvelopeReader.read(value: event, headers: [], now: now)
        }
        try measure("event and its payload", rounds, &table) {
            let received = try EnvelopeReader.read(value: event, headers: [], now: now)
            var reasons = RefusalReasons()
            guard DecisionChanged(reading: received.data, &reasons) != nil else {
                throw CommandFailure(.software, "The codec refuses its own measure.")
            }
        }
        let decoder = JSONDecoder()
        let data = Data(event)
        try measure("Foundation's JSONDecoder, the same fields", rounds / 10, &table) {
            _ = try decoder.decode(Plain.self, from: data)
        }
        return table
    }

    private static func measure(_ name: String, _ rounds: Int, _ table: inout Table, _ body: () throws -> Void) throws {
        for _ in 0..<rounds / 10 { try body() }
        let start = ContinuousClock.now
        for _ in 0..<rounds { try body() }
        let microseconds = start.duration(to: .now) / .microseconds(1) / Double(rounds)
        table.add([name, String((microseconds * 100).rounded() / 100)])
    }

    /// The event as Foundation would have it.
    private struct Plain: Decodable {
        struct Person: Decodable {
            let name: String
            let role: String
        }
        struct Child: Decodable {
            let ref: String
            let from: String
            let to: String
            let rationale: String
        }
        struct Decision: Decodable {
            let decisionId: String
            let version: Int
            let children: [Child]
            let decidedAt: String
            let authoriser: Person
            let reason: String
        }
        let specversion: String
        let id: String
        let source: String
        let type: String
        let time: String
        let data: Decision
    }
}
