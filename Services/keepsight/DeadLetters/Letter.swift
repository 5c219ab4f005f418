import CommandRuntime
import Contracts
import JSON
import KafkaClient
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// A message that a service could not handle, as its topic has it.
struct Letter: Sendable {
    let service: String
    /// `service/topic/partition/offset`, of the message.
    let name: String
    let firstSeen: String
    let code: String
    let reason: String
    /// Whose it is; `nil` where that could not be read, and nobody waits behind it.
    let household: HouseholdID?
    let content: [UInt8]

    /// Where the message stood, `topic/partition/offset`.
    var place: String { String(name.dropFirst(service.utf8.count + 1)) }

    /// The same letter, known since then.
    func seenFirst(_ time: String) -> Letter {
        Letter(
            service: service, name: name, firstSeen: time, code: code, reason: reason, household: household,
            content: content)
    }

    /// The topic that it came from.
    var topic: String {
        String(place.split(separator: "/").dropLast(2).joined(separator: "/"))
    }
}

extension Letter {
    init(_ message: KafkaMessage, service: String) {
        let headers = Dictionary(
            message.headers.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
        ) { first, _ in first }
        func header(_ name: String) -> String { headers[name] ?? "" }
        let place = [DeadLetterHeader.topic, DeadLetterHeader.partition, DeadLetterHeader.offset].map(header)
        self.init(
            service: service, name: ([service] + place).joined(separator: "/"),
            firstSeen: header(DeadLetterHeader.firstSeen), code: header(DeadLetterHeader.code),
            reason: header(DeadLetterHeader.reason),
            household: message.key.flatMap { HouseholdID(String(decoding: $0, as: UTF8.self)) },
            content: message.value ?? [])
    }

    /// From the table of those who wait.
    init(parked row: Row, service: String) throws {
        self.init(
            service: service,
            name: [service, try row.text("topic"), "\(try row.int4("partition"))", "\(try row.int8("message_offset"))"]
                .joined(separator: "/"),
            firstSeen: Instant(microsecondsSinceEpoch: try row.timestamp("parked_at")).rfc3339,
            code: try row.text("code"),
            reason: try row.text("reason"), household: HouseholdID(try row.uuid("household")),
            content: try row.optionalBytes("value") ?? [])
    }
}

/// What an operator had done about a letter.
struct LetterRequest: Sendable, Equatable {
    let action: OperatorRequest.Action
    let by: String
    let at: Instant
    let settlement: OperatorRequest.Settlement

    /// In one sentence.
    var sentence: String { "\(action.rawValue) by \(by), \(BritishTime.compact(at)): \(settlement.text)" }
}

extension OperatorRequest.Settlement {
    /// From the columns of a request that is settled.
    init?(kind: String?, text: String?) {
        guard let text else { return nil }
        self.init(kind: kind.flatMap(OperatorRequest.Outcome.Kind.init(rawValue:)) ?? .notUnderstood, text: text)
    }
}

/// What became of a letter: pure.
enum LetterState: Sendable, Equatable {
    /// Its household waits behind it, with so many messages; `tried` is what somebody has tried in vain.
    case open(behindIt: Int64, tried: LetterRequest?)
    /// Somebody has settled it.
    case settled(LetterRequest)
    /// Nobody waits behind it any more, and who settled it is on record no longer.
    case settledBefore
    /// Nobody has ever waited behind it: whose it is could not be read, and its sender was told where one could be.
    case passed

    /// - Parameters:
    ///   - waiting: how many messages wait behind it; `nil` if its household does not wait behind it.
    ///   - requests: what was asked about it, the latest last.
    init(hasHousehold: Bool, waiting: Int64?, _ requests: [LetterRequest]) {
        if let waiting {
            // What settled it before it came again, after a database had lost its last commits, has no part in this.
            self = .open(behindIt: waiting, tried: requests.last { !$0.settlement.kind.settlesLetter })
        } else if let last = requests.last(where: \.settlement.kind.settlesLetter) {
            self = .settled(last)
        } else {
            self = hasHousehold ? .settledBefore : .passed
        }
    }

    /// For programs.
    var word: String {
        switch self {
        case .open: "open"
        case .settled: "settled"
        case .settledBefore: "settled-before"
        case .passed: "passed"
        }
    }

    /// Whether somebody has to do something about it.
    var isOpen: Bool { if case .open = self { true } else { false } }

    /// What became of it, in a sentence.
    var sentence: String {
        switch self {
        case .open(let behindIt, let tried):
            "open: the household waits, with \(counted(behindIt, "message")) behind it"
                + (tried.map { "; tried: \($0.sentence)" } ?? "")
        case .settled(let request): request.sentence
        case .settledBefore: "settled: the household goes on; by whom is on record no longer"
        case .passed: "passed: it is nobody's whom we know, so nobody waits"
        }
    }
}

extension Letter {
    /// What somebody should do about it.
    func advice(_ state: LetterState) -> String {
        switch state {
        case .settled, .settledBefore: return "nothing"
        case .passed: return "nothing here; if its sender asks, it publishes the event anew"
        case .open: break
        }
        switch code {
        case "not-storable": return "mend what the database refuses (see why), then 'release'"
        case "refused-by-database":
            return "mend what refuses it (see why); it is tried again each minute by itself, nothing need be released"
        case "state-unreadable":
            return "have the household's document restored from a backup, then 'release'; never 'discard' for this"
        case "undecodable", "unknown-type", "no-household", "not-an-events-topic":
            return "start the version of the service that knows it, then 'release'; else 'edit'; 'discard' loses it"
        default: return "mend the cause (see why and the service's log), then 'release'; else 'edit' or 'discard'"
        }
    }

    func write(to writer: inout JSONWriter, _ state: LetterState) {
        var waiting: Int64?
        var request: LetterRequest?
        switch state {
        case .open(let behindIt, let tried): (waiting, request) = (behindIt, tried)
        case .settled(let settled): request = settled
        case .settledBefore, .passed: break
        }
        writer.beginObject()
        writer.field("letter", name)
        writer.field("service", service)
        writer.field("firstSeen", firstSeen)
        writer.field("code", code)
        writer.field("reason", reason)
        writer.field("household", household?.text)
        writer.field("householdWaits", waiting != nil)
        writer.field("messagesBehindIt", waiting.map { Int($0) })
        writer.field("state", state.word)
        writer.field("action", request?.action.rawValue)
        writer.field("outcomeKind", request?.settlement.kind.rawValue)
        writer.field("outcome", request?.settlement.text)
        writer.field("settledBy", request?.by)
        writer.field("settledAt", request?.at.rfc3339)
        writer.field("toDo", advice(state))
        writer.endObject()
    }
}
