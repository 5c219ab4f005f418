import Contracts
import EscalationTracker
import JSON
import KafkaClient
import MashScreener
import Messaging
import Notifier
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// Who waits behind a parked household is told: what the services say of it, and what intake makes of that.
struct DelayTests {
    private static let hold = HouseholdHold(topic: "safeguarding.facts", partition: 1, offset: 7)
    private static let household = HouseholdID(digest: SHA256.digest(of: "household"))
    private static let by = #""by":{"name":"Sam Example","role":"practitioner"}"#

    private enum Service: String, CaseIterable {
        case tracker = "escalation-tracker"
        case screener = "mash-screener"
        case notifier

        /// What it says of a fact whose household is parked.
        func delayed(_ fact: VirtualIntake.Said, _ intake: VirtualIntake) throws -> [OutgoingRecord] {
            let (message, hold) = (try Service.message(fact), DelayTests.hold)
            return switch self {
            case .tracker:
                HouseholdBatch(EscalationTracker(policy: intake.policy, topics: intake.topics))
                    .delayed(message, behind: hold, now: intake.now)
            case .screener:
                HouseholdBatch(MashScreener(policy: intake.policy, topics: intake.topics))
                    .delayed(message, behind: hold, now: intake.now)
            case .notifier:
                Notifier(policy: intake.policy, topics: intake.topics).delayed(message, behind: hold, now: intake.now)
            }
        }

        /// What it says of a fact that an operator has taken out.
        func discarded(_ fact: VirtualIntake.Said, _ intake: VirtualIntake) throws -> [OutgoingRecord] {
            let message = try Service.message(fact)
            return switch self {
            case .tracker:
                HouseholdBatch(EscalationTracker(policy: intake.policy, topics: intake.topics))
                    .discarded(message, now: intake.now)
            case .screener:
                HouseholdBatch(MashScreener(policy: intake.policy, topics: intake.topics))
                    .discarded(message, now: intake.now)
            case .notifier: Notifier(policy: intake.policy, topics: intake.topics).discarded(message, now: intake.now)
            }
        }

        private static func message(_ fact: VirtualIntake.Said) throws -> InboundMessage {
            let household = try #require(fact.key.flatMap { HouseholdID($0) })
            return InboundMessage(
                KafkaMessage(
                    topic: fact.topic, partition: 0, offset: 0, timestampMilliseconds: 0,
                    key: Array(household.text.utf8), value: fact.value, headers: []))
        }
    }

    /// An intake that has a fact of each kind: of the decision, of a screener's action, and of an acknowledgement.
    private static func facts(_ intake: inout VirtualIntake) throws -> (
        decision: VirtualIntake.Said, action: VirtualIntake.Said, seen: VirtualIntake.Said
    ) {
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        let decision = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision())
        let csc = try #require(AgencyCode("csc"))
        let item = ScreeningItemID(household: household, referrer: csc, referralID: "R1")
        let claim = #"{"itemId":"\#(item.text)",\#(by)}"#
        let own = VirtualIntake.Attributes(correlationID: "call 7")
        let action = try intake.publish("screening.claimed.v1", as: "mash", id: "s", claim, own)
        let notice = NoticeID(
            household: household, cause: "c", kind: .thresholdChanged, agency: csc)
        let seen = try intake.publish(
            "notice.acknowledged.v1", as: "csc", id: "a", #"{"noticeId":"\#(notice.text)",\#(by)}"#)
        return (
            try #require(decision.facts.first), try #require(action.facts.first), try #require(seen.facts.first)
        )
    }

    @Test("trial A2: each service says of what it would judge that it waits for an operator, and of nothing else")
    func services() throws {
        var intake = try VirtualIntake()
        let facts = try Self.facts(&intake)
        let said: [(Service, VirtualIntake.Said, leaves: VirtualIntake.Said)] = [
            (.tracker, facts.decision, facts.seen), (.screener, facts.action, facts.decision),
            (.notifier, facts.seen, facts.action),
        ]
        for (service, fact, other) in said {
            #expect(try service.delayed(other, intake).isEmpty, "\(service) leaves that to others")
            let records = try service.delayed(fact, intake)
            #expect(records.map(\.topic) == ["events.judged"] && records.map(\.key) == [fact.key])
            let value = try #require(records.first?.value)
            let event = try EnvelopeReader.read(value: value, headers: [], now: intake.now)
            #expect(
                event.envelope.type == EventRuling.type.text && event.envelope.source == .service(service.rawValue))
            #expect(event.envelope.causationID == fact.event.envelope.id)
            #expect(event.envelope.id.hasPrefix("delayed-"), "or its ruling would be taken for it")
            let context = try Fact.reading(fact.event).context
            let ruling = try EventRuling.reading(event)
            #expect(ruling.isDelayed && ruling.reasons.isEmpty)
            #expect(ruling.agency == context.agency && ruling.eventID == context.eventID)
            #expect(ruling.eventType == context.eventType)
            #expect(!String(decoding: value, as: UTF8.self).contains(Self.hold.reference))
            intake.now = intake.now.adding(seconds: 1)
            let again = try service.delayed(fact, intake).first?.value ?? []
            #expect(
                try EnvelopeReader.read(value: again, headers: [], now: intake.now).envelope.id == event.envelope.id)
        }
        let ids = try Service.allCases.flatMap { service in
            try [facts.decision, facts.action, facts.seen].flatMap { try service.delayed($0, intake) }
        }.map { try EnvelopeReader.read(value: $0.value ?? [], headers: [], now: intake.now).envelope.id }
        #expect(Set(ids).count == ids.count, "or intake would take one service's word for another's")
    }

    @Test(
        "trial A2: who waits behind a parked household is told that it waits for an operator, once, and nothing that others could compare"
    )
    func told() throws {
        var intake = try VirtualIntake()
        let fact = try Self.facts(&intake).action
        let since = try Fact.reading(fact.event).context.recordedAt
        intake.now = since.adding(seconds: 60)
        let receipts = try intake.hear(try Service.screener.delayed(fact, intake))
        let receipt = try #require(receipts.first)
        #expect(receipts.count == 1 && receipt.isAccepted && receipt.topic == "agency.mash.notices")
        #expect(receipt.event.envelope.correlationID == "call 7")
        let payload = try ReceiptAccepted.reading(receipt.event)
        #expect(payload.eventID == "s" && payload.eventType == "keepsight.screening.claimed.v1")
        #expect(payload.record == RecordPlace(partition: 0, offset: 0) && payload.recordedAt == since)
        #expect(payload.waitingFor == .init(kind: "operator", id: "s", until: nil))
        let text = String(decoding: receipt.value, as: UTF8.self) + (receipt.key ?? "")
        for word in [Self.hold.reference, Self.hold.topic, fact.key ?? "", fact.event.envelope.causationID ?? ""] {
            #expect(!text.contains(word))
        }

        // A second service that has parked the same household: the same receipt.
        intake.now = since.adding(seconds: 3600)
        let second = try intake.hear(try Service.tracker.delayed(fact, intake))
        #expect(second.map(\.value) == [receipt.value] && second.map(\.key) == [receipt.key])

        // Nothing was judged by that.
        #expect(intake.register.rulings.isEmpty)
        let ruling = try #require(try intake.judge(fact).first)
        #expect(ruling.isAccepted && ruling.event.data["waitingFor"] == nil)
        #expect(ruling.event.envelope.id != receipt.event.envelope.id, "or whoever drops repeats drops it")
        #expect(try ReceiptAccepted.reading(ruling.event).recordedAt == intake.now)
    }

    @Test("trial A2: an event that intake let in by itself has its receipt, and is told that it waits as well")
    func letIn() throws {
        var intake = try VirtualIntake()
        let said = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        let fact = try #require(said.facts.first)
        let receipts = try intake.hear(try Service.tracker.delayed(fact, intake))
        #expect(receipts.map(\.isAccepted) == [true])
        #expect(receipts.first?.event.data["waitingFor"]?["kind"]?.string == "operator")
        #expect(receipts.first?.event.envelope.id != said.receipts.first?.event.envelope.id)
    }

    @Test("trial A2: two agencies that wait behind the same record are told nothing that both have")
    func incomparable() throws {
        var intake = try VirtualIntake()
        var texts: [Set<Substring>] = []
        var households: Set<String?> = []
        for agency in ["csc", "police"] {
            let id = "\(agency)-1"
            let said = try intake.publish("involvement.opened.v1", as: agency, id: id, Events.involvement(agency))
            intake.now = intake.now.adding(seconds: 5)
            let fact = try #require(said.facts.first)
            households.insert(fact.key)
            let receipt = try #require(try intake.hear(try Service.tracker.delayed(fact, intake)).first)
            let text = String(decoding: receipt.value, as: UTF8.self)
            texts.append(Set(text.split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= 8 }))
        }
        #expect(households.count == 1, "they know the same family")
        let plain =
            ["specversion", "keepsight", "accepted", "eventType", "involvement", "recordedAt", "partition"]
            + ["waitingFor", "operator", "datacontenttype", "application", "services", "referral"]
        let both = texts[0].intersection(texts[1]).subtracting(plain.map { $0[...] })
        #expect(both.isEmpty, "\(both)")
    }

    @Test("trial A2: nobody is told that an event waits which is judged, was replaced by another, or is not on record")
    func overtaken() throws {
        let stale = RefusalReason(path: "/data/children/0/from", code: .staleDecision, message: "It is section-17.")
        var intake = try VirtualIntake()
        let fact = try Self.facts(&intake).decision
        let delay = try Service.tracker.delayed(fact, intake)
        #expect(try intake.judge(fact, [stale]).count == 1)
        #expect(try intake.hear(delay).isEmpty, "it is judged")

        let corrected = Events.decision(from: "early-help")
        let next = try #require(try intake.publish("decision.changed.v1", as: "csc", id: "d", corrected).facts.first)
        let late = try delay.map { OutgoingRecord(topic: $0.topic, key: $0.key, value: try Self.renamed($0.value)) }
        #expect(try intake.hear(late).isEmpty, "the event is another one now")
        #expect(try intake.hear(try Service.tracker.delayed(next, intake)).count == 1)

        intake.forget()
        #expect(try intake.hear(try Service.tracker.delayed(next, intake)).isEmpty, "it is not on record")
    }

    @Test("trial A2: each service says of what it would judge that an operator has taken it out, and of nothing else")
    func discards() throws {
        var intake = try VirtualIntake()
        let facts = try Self.facts(&intake)
        let said: [(Service, VirtualIntake.Said, leaves: VirtualIntake.Said)] = [
            (.tracker, facts.decision, facts.seen), (.tracker, facts.decision, facts.action),
            (.screener, facts.action, facts.decision), (.notifier, facts.seen, facts.action),
        ]
        for (service, fact, other) in said {
            #expect(try service.discarded(other, intake).isEmpty, "\(service) leaves that to others")
            let records = try service.discarded(fact, intake)
            #expect(records.map(\.topic) == ["events.judged"] && records.map(\.key) == [fact.key])
            let event = try EnvelopeReader.read(value: records.first?.value, headers: [], now: intake.now)
            #expect(event.envelope.causationID == fact.event.envelope.id)
            #expect(event.envelope.id.hasPrefix("discarded-"), "or the delay would be taken for it")
            let ruling = try EventRuling.reading(event)
            #expect(!ruling.isDelayed && ruling.reasons.map(\.code) == [.discardedByOperator])
        }
    }

    @Test("trial A2: who was told to wait for an operator hears that the event was discarded; its id is free again")
    func discarded() throws {
        var intake = try VirtualIntake()
        let time = intake.now
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        func publish(_ intake: inout VirtualIntake) throws -> [VirtualIntake.Said] {
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time)
        }
        let fact = try #require(try publish(&intake).facts.first)
        _ = try publish(&intake)
        let waiting = try intake.hear(try Service.tracker.delayed(fact, intake))
        #expect(waiting.map { $0.event.data["record"]?["offset"]?.int64 } == [1, 2])
        let told = try intake.hear(try Service.tracker.discarded(fact, intake))
        #expect(told.map(\.codes) == [["discarded-by-operator"], ["discarded-by-operator"]])
        #expect(told.map { $0.event.data["record"]?["offset"]?.int64 } == [1, 2])
        #expect(told.first?.message.contains("send it again") == true)
        #expect(try intake.hear(try Service.tracker.discarded(fact, intake)).isEmpty, "once")
        #expect(try intake.judge(fact).isEmpty, "a late ruling changes nothing")
        // As it was it is refused as it was; another may take the id.
        #expect(try publish(&intake).map(\.codes) == [["discarded-by-operator"]])
        let other = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(from: "early-help"))
        #expect(other.facts.count == 1)
    }

    @Test("trial A2: so does who had the receipt of an event that intake lets in, or another service has accepted")
    func discardedAfterReceipt() throws {
        var intake = try VirtualIntake()
        let time = intake.now
        func publish(_ intake: inout VirtualIntake) throws -> [VirtualIntake.Said] {
            try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"), time: time)
        }
        let said = try publish(&intake)
        let told = try intake.hear(try Service.tracker.discarded(try #require(said.facts.first), intake))
        #expect(told.map(\.codes) == [["discarded-by-operator"]])
        #expect(told.first?.event.envelope.id != said.receipts.first?.event.envelope.id)
        let again = try publish(&intake)
        #expect(again.facts.count == 1 && again.receipts.map(\.isAccepted) == [true], "its id is free again")

        let decided = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time)
        let decision = try #require(decided.facts.first)
        #expect(try intake.judge(decision).map(\.isAccepted) == [true])
        let taken = try intake.hear(try Service.tracker.discarded(decision, intake))
        #expect(taken.map(\.codes) == [["discarded-by-operator"]])
        #expect(try intake.judge(decision).isEmpty)
        let repeated = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time)
        #expect(repeated.map(\.codes) == [["discarded-by-operator"]])
    }

    /// The same under another event id, as another service would have said it.
    private static func renamed(_ value: [UInt8]?) throws -> [UInt8] {
        let text = String(decoding: try #require(value), as: UTF8.self)
        return Array(text.replacing("delayed-", with: "delayed-again-").utf8)
    }
}
