import Contracts
import DecisionRules
import JSON
import Safeguarding

// The register as a part of the document that the engine keeps for a household. By hand, and what is not so is left out: a
// household's last decisions are written with each of its events, and most were simple.
extension HouseholdRegister {
    func writeMembers(to writer: inout JSONWriter) {
        writer.array("children", children.sorted { $0.key < $1.key }) { writer, entry in
            writer.beginObject()
            writer.field("person", entry.key.text)
            entry.value.writeMembers(to: &writer)
            writer.endObject()
        }
        writer.array("discussions", discussions) { $1.write(to: &$0) }
        writer.array("changes", changes) { $1.write(to: &$0) }
        if !waiting.isEmpty { writer.array("waiting", waiting) { $1.write(to: &$0) } }
    }
}

extension ChildStanding {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        if !spans.isEmpty {
            writer.array("levels", spans) { writer, span in
                writer.beginObject()
                writer.field("level", span.level.rawValue)
                writer.field("since", span.since?.rfc3339)
                writer.field("by", span.decision?.id.text)
                writer.field("version", span.decision?.number)
                writer.endObject()
            }
        }
        writer.agenciesIfAny("referrers", referrers)
        writer.agenciesIfAny("involved", involved)
        writer.moments("discussed", discussed)
        writer.moments("reviewed", reviewed)
    }
}

extension HouseholdRegister.Discussion {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("name", held.name.text)
        writer.field("heldAt", held.heldAt.rfc3339)
        writer.field("recordedAt", recordedAt.rfc3339)
        writer.field("enquiry", held.decidedOnEnquiry)
        writer.people("children", held.children)
        writer.object("attendees") { writer in
            for (agency, view) in held.attendees.sorted(by: { $0.key < $1.key }) {
                writer.key(agency.text)
                if let view { writer.string(view.rawValue) } else { writer.null() }
            }
        }
        if !held.about.isEmpty { writer.array("about", held.about.sorted()) { $0.string($1) } }
        if held.hasQuorumException { writer.field("exception", true) }
        writer.agenciesIfAny("disputedBy", disputedBy)
        if isTold { writer.field("told", true) }
        writer.endObject()
    }
}

extension Change {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("name", id.text)
        writer.field("version", version)
        writer.field("decidedAt", decidedAt.rfc3339)
        writer.array("parts", parts) { $1.write(to: &$0) }
        writer.field("discussion", discussionID)
        writer.agenciesIfAny("reviewers", reviewers)
        if !views.isEmpty { writer.array("views", views) { $1.write(to: &$0) } }
        if viewsRecorded > 0 { writer.field("viewsRecorded", viewsRecorded) }
        if !objections.isEmpty { writer.array("objections", objections) { $1.write(to: &$0) } }
        if lapses > 0 { writer.field("lapses", lapses) }
        if isClockArmed { writer.field("clock", true) }
        writer.endObject()
    }
}

extension ChangePart {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("person", person.text)
        writer.field("from", from.rawValue)
        writer.field("to", to.rawValue)
        writer.field("version", version)
        if isUrgent { writer.field("urgent", true) }
        writer.field("state", state.text)
        if turn > 0 { writer.field("turn", turn) }
        // Most have heard of the present state; whoever has not stands by itself.
        writer.agenciesIfAny("told", Set(told.filter { $0.value == turn }.keys))
        let behind = told.filter { $0.value != turn }
        if !behind.isEmpty {
            writer.object("behind") { writer in
                for (agency, turn) in behind.sorted(by: { $0.key < $1.key }) {
                    writer.key(agency.text)
                    writer.int(turn)
                }
            }
        }
        writer.agenciesIfAny("hearers", hearers)
        writer.agenciesIfAny("asked", asked)
        if awaitsDiscussion { writer.field("awaitsDiscussion", true) }
        if isCalled { writer.field("called", true) }
        if !discussions.isEmpty { writer.array("discussions", discussions) { $0.string($1.text) } }
        writer.field("settledBy", settledBy?.text)
        writer.field("effectiveAt", effectiveAt?.rfc3339)
        writer.endObject()
    }
}

extension ChangePart.State {
    /// One word, and behind a colon what it was by.
    fileprivate var text: String {
        switch self {
        case .held: "held"
        case .inEffect: "in-effect"
        case .overtaken: "overtaken"
        case .withdrawn(.takenBack): "taken-back"
        case .withdrawn(.leftOut): "left-out"
        case .withdrawn(.undone): "undone"
        case .withdrawn(.discussion(let name)): "discussion:" + name.text
        case .withdrawn(.challenge(let agency)): "challenge:" + agency.text
        }
    }
}

extension View {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("number", number)
        writer.field("agency", agency.text)
        writer.field("recordedBy", recordedBy.text)
        writer.field("view", position.rawValue)
        writer.field("at", at.rfc3339)
        writer.people("children", children)
        if isOwn { writer.field("own", true) }
        writer.field("note", note)
        writer.endObject()
    }
}

extension Objection {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", agency.text)
        writer.field("origin", origin.rawValue)
        writer.field("openedBy", openedBy.text)
        writer.people("children", children)
        if !raised.isEmpty { writer.people("raised", raised) }
        writer.field("promise", promise?.rawValue)
        writer.endObject()
    }
}

extension ViewGiven {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("decision", decisionID.text)
        writer.field("version", version)
        writer.field("agency", agency.text)
        writer.field("recordedBy", recordedBy.text)
        writer.field("view", position.rawValue)
        writer.field("at", at.rfc3339)
        if let children { writer.people("children", children) }
        if !put.isEmpty {
            writer.array("put", put.sorted { $0.person < $1.person }) { writer, put in
                writer.beginObject()
                writer.field("person", put.person.text)
                writer.field("from", put.from.rawValue)
                writer.field("to", put.to.rawValue)
                writer.endObject()
            }
        }
        if isEarly { writer.field("early", true) }
        writer.field("note", note)
        writer.field("event", origin?.eventID)
        writer.field("fact", origin?.factID)
        writer.field("until", origin?.until?.rfc3339)
        writer.endObject()
    }
}

extension DecisionPapers {
    func write(to writer: inout JSONWriter) {
        writer.array("papers", papers.sorted { $0.key < $1.key }) { writer, entry in
            let paper = entry.value
            writer.beginObject()
            writer.field("name", entry.key.text)
            writer.field("role", paper.authoriserRole)
            writer.field("recordedAt", paper.recordedAt.rfc3339)
            writer.field("reason", paper.reason)
            writer.field("urgentReason", paper.urgentReason)
            if !paper.rationales.isEmpty {
                writer.object("rationales") { writer in
                    for (person, text) in paper.rationales.sorted(by: { $0.key < $1.key }) {
                        writer.key(person.text)
                        writer.string(text)
                    }
                }
            }
            if !paper.causes.isEmpty { writer.array("causes", paper.causes) { $0.string($1) } }
            if !paper.pastCauses.isEmpty { writer.array("pastCauses", paper.pastCauses) { $0.string($1) } }
            writer.endObject()
        }
    }
}

extension JSONWriter {
    mutating func agencies(_ key: StaticString, _ agencies: Set<AgencyCode>) {
        array(key, agencies.sorted()) { $0.string($1.text) }
    }

    fileprivate mutating func agenciesIfAny(_ key: StaticString, _ agencies: Set<AgencyCode>) {
        if !agencies.isEmpty { self.agencies(key, agencies) }
    }

    fileprivate mutating func people(_ key: StaticString, _ people: Set<PersonID>) {
        array(key, people.sorted()) { $0.string($1.text) }
    }

    fileprivate mutating func moments(_ key: StaticString, _ moments: [AgencyCode: Instant]) {
        guard !moments.isEmpty else { return }
        object(key) { writer in
            for (agency, moment) in moments.sorted(by: { $0.key < $1.key }) {
                writer.key(agency.text)
                writer.string(moment.rfc3339)
            }
        }
    }
}
