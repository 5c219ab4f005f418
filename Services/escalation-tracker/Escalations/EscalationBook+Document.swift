import Contracts
import DecisionRules
import JSON
import Safeguarding

// The challenges as a part of the household's document.
extension EscalationBook {
    init?(document: JSONValue?) {
        guard let document else {
            self.init()
            return
        }
        let elements = document["matters"]?.elements ?? []
        let escalations = elements.compactMap(Escalation.init(document:))
        guard escalations.count == elements.count, let opened = document["opened"]?.int64 else { return nil }
        self.init(escalations, opened: Int(opened))
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("opened", opened)
        writer.array("matters", escalations) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension Escalation {
    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        let people = (document["children"]?.elements ?? []).compactMap { $0.string.flatMap { PersonID($0) } }
        guard let id = document["id"]?.string.flatMap({ EscalationID($0) }),
            let subject = document["subject"].flatMap(Subject.init(document:)),
            let occasion = document["occasion"]?.string.flatMap(Occasion.init(rawValue:)),
            let challenger = document.requiredAgency("challenger", &reasons),
            let decider = document.requiredAgency("decider", &reasons),
            let arbiter = document.requiredAgency("arbiter", &reasons),
            let openedBy = document.requiredAgency("openedBy", &reasons),
            let ladder = document.requiredString("ladder", &reasons),
            let openedAt = document.requiredInstant("openedAt", &reasons),
            let isUrgent = document.requiredBool("urgent", &reasons),
            let stage = document.requiredInteger("stage", in: 1...10, &reasons),
            let awaits = document["awaits"]?.string.flatMap(Side.init(rawValue:)),
            let due = document.requiredInstant("due", &reasons),
            let moves = document.requiredInteger("moves", in: 0...1_000_000, &reasons)
        else { return nil }
        self.init(
            id: id, subject: subject, occasion: occasion, children: Set(people), challenger: challenger,
            decider: decider, arbiter: arbiter, openedBy: openedBy, ladder: ladder, openedAt: openedAt,
            isUrgent: isUrgent, stage: stage, awaits: awaits, due: due,
            limitFrom: document["limitFrom"]?.string.flatMap { Instant(rfc3339: $0) },
            meetingAt: document["meetingAt"]?.string.flatMap { Instant(rfc3339: $0) }, moves: moves,
            outcome: document["outcome"]?.string.flatMap(EscalationOutcome.init(rawValue:)),
            isLate: document["late"]?.bool == true, isConceded: document["conceded"]?.bool == true,
            awaitsFollowThrough: document["awaitsFollowThrough"]?.bool == true)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", id.text)
        writer.object("subject") { subject.write(to: &$0) }
        writer.field("occasion", occasion.rawValue)
        writer.array("children", children.sorted()) { $0.string($1.text) }
        writer.field("challenger", challenger.text)
        writer.field("decider", decider.text)
        writer.field("arbiter", arbiter.text)
        writer.field("openedBy", openedBy.text)
        writer.field("ladder", ladder)
        writer.field("openedAt", openedAt.rfc3339)
        writer.field("urgent", isUrgent)
        writer.field("stage", stage)
        writer.field("awaits", awaits.rawValue)
        writer.field("due", due.rfc3339)
        writer.field("limitFrom", limitFrom?.rfc3339)
        writer.field("meetingAt", meetingAt?.rfc3339)
        writer.field("moves", moves)
        writer.field("outcome", outcome?.rawValue)
        if isLate { writer.field("late", true) }
        if isConceded { writer.field("conceded", true) }
        if awaitsFollowThrough { writer.field("awaitsFollowThrough", true) }
        writer.endObject()
    }
}

extension Escalation.Subject {
    init?(document: JSONValue) {
        guard let id = document["id"]?.string else { return nil }
        switch document["kind"]?.string {
        case "decision":
            guard let version = document["version"]?.int64, let name = OwnName(id, document["agency"]) else {
                return nil
            }
            self = .decision(name, version: Int(version))
        case "discussion":
            guard let name = OwnName(id, document["agency"]) else { return nil }
            self = .discussion(name)
        case "outcome":
            guard let item = ScreeningItemID(id) else { return nil }
            self = .outcome(item)
        case "conference": self = .conference(id: id)
        case "delay": self = .delay(id: id)
        default: return nil
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("kind", kind)
        writer.field("id", identifier)
        switch self {
        case .decision(let name, _), .discussion(let name): writer.field("agency", name.agency.text)
        case .outcome, .conference, .delay: break
        }
        writer.field("version", version)
    }
}

extension OwnName {
    fileprivate init?(_ id: String, _ agency: JSONValue?) {
        guard let agency = agency?.string.flatMap({ AgencyCode($0) }) else { return nil }
        self.init(id, of: agency)
    }
}
