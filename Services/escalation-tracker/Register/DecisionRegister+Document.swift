import Contracts
import JSON
import Safeguarding

// The register as the document that the engine keeps for a household.
extension DecisionRegister {
    init?(reading value: JSONValue) {
        self.init()
        for (key, child) in value["children"]?.members ?? [] {
            guard let person = PersonID(key) else { return nil }
            children[person] = ChildRecord(document: child)
        }
        discussions = (value["discussions"]?.elements ?? []).compactMap(DiscussionRecord.init(document:))
        changes = (value["changes"]?.elements ?? []).compactMap(ChangeRecord.init(document:))
        earlyConsultations = (value["early"]?.elements ?? []).compactMap { entry in
            guard let decision = entry["decision"]?.string, let consultation = Consultation(document: entry) else {
                return nil
            }
            return EarlyConsultation(
                decisionID: decision, consultation: consultation, origin: ViewOrigin(document: entry),
                version: entry["version"]?.int64.map { Int($0) })
        }
        // A part that was lost in reading would be lost in writing: then the document is not ours to touch.
        let read = (discussions.count, changes.count, earlyConsultations.count)
        let written = (value["discussions"]?.count ?? 0, value["changes"]?.count ?? 0, value["early"]?.count ?? 0)
        guard read == written else { return nil }
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.object("children") { writer in
            for (person, child) in children.sorted(by: { $0.key < $1.key }) {
                writer.key(person.text)
                child.write(to: &writer)
            }
        }
        writer.array("discussions", discussions) { $1.write(to: &$0) }
        writer.array("changes", changes) { $1.write(to: &$0) }
        writer.array("early", earlyConsultations) { writer, early in
            writer.beginObject()
            writer.field("decision", early.decisionID)
            early.consultation.writeMembers(to: &writer)
            writer.field("version", early.version)
            early.origin?.writeMembers(to: &writer)
            writer.endObject()
        }
    }
}

extension ViewOrigin {
    /// `nil` if none was written.
    init?(document: JSONValue) {
        var reasons = RefusalReasons()
        guard let event = document["event"]?.string, let fact = document["fact"]?.string else { return nil }
        self.init(eventID: event, factID: fact, until: document.optionalInstant("until", &reasons))
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.field("event", eventID)
        writer.field("fact", factID)
        writer.field("until", until?.rfc3339)
    }
}

extension ChildRecord {
    init(document: JSONValue) {
        var reasons = RefusalReasons()
        level = document["level"]?.string.flatMap(ThresholdLevel.init(rawValue:))
        levelSince = document.optionalInstant("since", &reasons)
        references = document.references(&reasons)
        referrers = document.agencies("referrers")
        involved = document.agencies("involved")
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("level", level?.rawValue)
        writer.field("since", levelSince?.rfc3339)
        writer.references(references)
        writer.agencies("referrers", referrers)
        writer.agencies("involved", involved)
        writer.endObject()
    }
}

extension DiscussionRecord {
    init?(document: JSONValue) {
        var reasons = RefusalReasons()
        guard let name = DiscussionName(document: document),
            let heldAt = document.requiredInstant("heldAt", &reasons),
            let isEnquiry = document.requiredBool("enquiry", &reasons)
        else { return nil }
        let people = (document["children"]?.elements ?? []).compactMap { $0.string.flatMap { PersonID($0) } }
        self.init(
            name: name, heldAt: heldAt, children: Set(people), attendees: document.agencies("attendees"),
            decidedOnEnquiry: isEnquiry)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        name.writeMembers(to: &writer)
        writer.field("heldAt", heldAt.rfc3339)
        writer.field("enquiry", decidedOnEnquiry)
        writer.array("children", children.sorted()) { $0.string($1.text) }
        writer.agencies("attendees", attendees)
        writer.endObject()
    }
}

extension DiscussionName {
    init?(document: JSONValue) {
        guard let id = document["id"]?.string, let agency = document["agency"]?.string.flatMap({ AgencyCode($0) })
        else { return nil }
        self.init(id: id, agency: agency)
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("agency", agency.text)
    }
}

extension Consultation {
    init?(document: JSONValue) {
        guard let agency = document["agency"]?.string.flatMap({ AgencyCode($0) }),
            let recorder = document["recordedBy"]?.string.flatMap({ AgencyCode($0) }),
            let view = document["view"]?.string.flatMap(ConsultationView.init(rawValue:))
        else { return nil }
        self.init(agency: agency, recordedBy: recorder, view: view)
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.field("agency", agency.text)
        writer.field("recordedBy", recordedBy.text)
        writer.field("view", view.rawValue)
    }
}

extension ChangeRecord {
    /// `nil` if it is not a record that `write` wrote.
    init?(document: JSONValue) {
        guard let content = Content(document: document) else { return nil }
        self.init(content)
    }
}

extension ChangeRecord.Content {
    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        let children = (document["children"]?.elements ?? []).compactMap(ChangeRecord.ChildChange.init(document:))
        guard let id = document.requiredString("decision", &reasons),
            let version = document.requiredInteger("version", in: 1...1_000_000, &reasons),
            let agency = document.requiredAgency("agency", &reasons),
            let role = document.requiredString("role", &reasons),
            let decidedAt = document.requiredInstant("decidedAt", &reasons),
            let recordedAt = document.requiredInstant("recordedAt", &reasons),
            let reason = document.requiredText("reason", &reasons),
            let state = document["state"]?.string.flatMap(ChangeRecord.State.init(rawValue:)),
            children.count == document["children"]?.count
        else { return nil }
        self.init(
            decisionID: id, version: version, agency: agency, authoriserRole: role, decidedAt: decidedAt,
            recordedAt: recordedAt, reason: reason,
            isUrgent: document["urgent"]?.bool ?? false, urgentReason: document["urgentReason"]?.string,
            namedDiscussion: document.optionalString("names", &reasons),
            discussion: document["discussion"].flatMap(DiscussionName.init(document:)), children: children,
            state: state,
            consultees: document.agencies("consultees"))
        consultations = (document["consultations"]?.elements ?? []).compactMap(Consultation.init(document:))
        told = document.agencies("told")
        awaitsDiscussion = document["awaitsDiscussion"]?.bool ?? false
        discussionLapses = document["discussionLapses"]?.int64.map { Int($0) } ?? 0
        settledObjections = document.agencies("settledObjections")
        causes = (document["causes"]?.elements ?? []).compactMap(\.string)
        pastCauses = (document["pastCauses"]?.elements ?? []).compactMap(\.string)
    }

    /// What is not so is left out: a household's last decisions are written with each event, and most were simple.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("decision", decisionID)
        writer.field("version", version)
        writer.field("agency", agency.text)
        writer.field("role", authoriserRole)
        writer.field("decidedAt", decidedAt.rfc3339)
        writer.field("recordedAt", recordedAt.rfc3339)
        writer.field("reason", reason)
        if isUrgent { writer.field("urgent", isUrgent) }
        writer.field("urgentReason", urgentReason)
        writer.field("state", state.rawValue)
        writer.field("names", namedDiscussion)
        if let discussion { writer.object("discussion") { discussion.writeMembers(to: &$0) } }
        writer.array("children", children) { $1.write(to: &$0) }
        if !consultees.isEmpty { writer.agencies("consultees", consultees) }
        if !consultations.isEmpty {
            writer.array("consultations", consultations) { writer, consultation in
                writer.beginObject()
                consultation.writeMembers(to: &writer)
                writer.endObject()
            }
        }
        writer.agencies("told", told)
        if awaitsDiscussion { writer.field("awaitsDiscussion", awaitsDiscussion) }
        if discussionLapses > 0 { writer.field("discussionLapses", discussionLapses) }
        if !settledObjections.isEmpty { writer.agencies("settledObjections", settledObjections) }
        writer.array("causes", causes) { $0.string($1) }
        if !pastCauses.isEmpty { writer.array("pastCauses", pastCauses) { $0.string($1) } }
        writer.endObject()
    }
}

extension ChangeRecord.ChildChange {
    init?(document: JSONValue) {
        guard let person = document["person"]?.string.flatMap({ PersonID($0) }),
            let from = document["from"]?.string.flatMap(ThresholdLevel.init(rawValue:)),
            let to = document["to"]?.string.flatMap(ThresholdLevel.init(rawValue:))
        else { return nil }
        self.init(person: person, from: from, to: to, rationale: document["rationale"]?.string)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("person", person.text)
        writer.field("from", from.rawValue)
        writer.field("to", to.rawValue)
        writer.field("rationale", rationale)
        writer.endObject()
    }
}

extension JSONValue {
    func agencies(_ key: StaticString) -> Set<AgencyCode> {
        Set((self[key]?.elements ?? []).compactMap { $0.string.flatMap { AgencyCode($0) } })
    }
}

extension JSONWriter {
    mutating func agencies(_ key: StaticString, _ agencies: Set<AgencyCode>) {
        array(key, agencies.sorted()) { $0.string($1.text) }
    }
}
