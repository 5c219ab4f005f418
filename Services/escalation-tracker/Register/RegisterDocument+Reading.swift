import Contracts
import DecisionRules
import JSON
import Safeguarding

/// A document has something that nobody here wrote: then it is not ours to touch, since a part that was lost in reading would be
/// lost in writing.
struct ForeignDocument: Error {}

extension HouseholdRegister {
    init(reading value: JSONValue) throws(ForeignDocument) {
        self.init()
        for child in value.entries("children") {
            children[try child.person("person")] = try ChildStanding(reading: child)
        }
        for entry in value.entries("discussions") { discussions.append(try Discussion(reading: entry)) }
        for entry in value.entries("changes") { changes.append(try Change(reading: entry)) }
        for entry in value.entries("waiting") { waiting.append(try ViewGiven(reading: entry)) }
    }
}

extension ChildStanding {
    fileprivate init(reading value: JSONValue) throws(ForeignDocument) {
        self.init()
        for span in value.entries("levels") {
            var decision: Version?
            if let name = try span.nameIfAny("by") { decision = Version(id: name, number: try span.integer("version")) }
            spans.append(
                Span(level: try span.word("level"), since: try span.momentIfAny("since"), decision: decision))
        }
        referrers = try value.codes("referrers")
        involved = try value.codes("involved")
        discussed = try value.moments("discussed")
        reviewed = try value.moments("reviewed")
    }
}

extension HouseholdRegister.Discussion {
    fileprivate init(reading value: JSONValue) throws(ForeignDocument) {
        let name = try value.name("name")
        var attendees: [AgencyCode: ConsultationView?] = [:]
        for (code, view) in value["attendees"]?.members ?? [] {
            guard let agency = AgencyCode(code) else { throw ForeignDocument() }
            let position = view.string.flatMap(ConsultationView.init(rawValue:))
            guard position != nil || view.isNull else { throw ForeignDocument() }
            attendees[agency] = .some(position)
        }
        self.init(
            held: DiscussionHeld(
                id: name.id, recordedBy: name.agency, heldAt: try value.moment("heldAt"),
                children: try value.people("children"), attendees: attendees,
                decidedOnEnquiry: value["enquiry"]?.bool == true,
                about: Set(value.entries("about").compactMap(\.string)),
                hasQuorumException: value["exception"]?.bool == true), recordedAt: try value.moment("recordedAt"))
        disputedBy = try value.codes("disputedBy")
        isTold = value["told"]?.bool == true
    }
}

extension Change {
    fileprivate init(reading value: JSONValue) throws(ForeignDocument) {
        self.init(
            id: try value.name("name"), version: try value.integer("version"), decidedAt: try value.moment("decidedAt"))
        for part in value.entries("parts") { parts.append(try ChangePart(reading: part)) }
        discussionID = value["discussion"]?.string
        reviewers = try value.codes("reviewers")
        for view in value.entries("views") { views.append(try View(reading: view)) }
        viewsRecorded = value["viewsRecorded"] == nil ? 0 : try value.integer("viewsRecorded")
        for objection in value.entries("objections") { objections.append(try Objection(reading: objection)) }
        lapses = value["lapses"] == nil ? 0 : try value.integer("lapses")
        isClockArmed = value["clock"]?.bool == true
    }
}

extension ChangePart {
    fileprivate init(reading value: JSONValue) throws(ForeignDocument) {
        self.init(
            person: try value.person("person"), from: try value.word("from"), to: try value.word("to"),
            version: try value.integer("version"), isUrgent: value["urgent"]?.bool == true)
        state = try State(reading: value["state"]?.string)
        turn = value["turn"] == nil ? 0 : try value.integer("turn")
        for agency in try value.codes("told") { told[agency] = turn }
        for (code, entry) in value["behind"]?.members ?? [] {
            guard let agency = AgencyCode(code), let turn = entry.int64 else { throw ForeignDocument() }
            told[agency] = Int(turn)
        }
        hearers = try value.codes("hearers")
        asked = try value.codes("asked")
        awaitsDiscussion = value["awaitsDiscussion"]?.bool == true
        isCalled = value["called"]?.bool == true
        for entry in value.entries("discussions") {
            guard let name = entry.string.flatMap({ OwnName(text: $0) }) else { throw ForeignDocument() }
            discussions.append(name)
        }
        settledBy = try value.nameIfAny("settledBy")
        effectiveAt = try value.momentIfAny("effectiveAt")
    }
}

extension ChangePart.State {
    fileprivate init(reading text: String?) throws(ForeignDocument) {
        let parts = (text ?? "").split(separator: ":", maxSplits: 1)
        let by = parts.count > 1 ? parts[1] : ""
        switch parts.first {
        case "held": self = .held
        case "in-effect": self = .inEffect
        case "overtaken": self = .overtaken
        case "taken-back": self = .withdrawn(.takenBack)
        case "left-out": self = .withdrawn(.leftOut)
        case "undone": self = .withdrawn(.undone)
        case "discussion":
            guard let name = OwnName(text: by) else { throw ForeignDocument() }
            self = .withdrawn(.discussion(name))
        case "challenge":
            guard let agency = AgencyCode(by) else { throw ForeignDocument() }
            self = .withdrawn(.challenge(by: agency))
        default: throw ForeignDocument()
        }
    }
}

extension View {
    fileprivate init(reading value: JSONValue) throws(ForeignDocument) {
        self.init(
            number: try value.integer("number"), agency: try value.code("agency"),
            recordedBy: try value.code("recordedBy"), position: try value.word("view"), at: try value.moment("at"),
            children: try value.people("children"), isOwn: value["own"]?.bool == true, note: value["note"]?.string)
    }
}

extension Objection {
    fileprivate init(reading value: JSONValue) throws(ForeignDocument) {
        self.init(
            agency: try value.code("agency"), children: try value.people("children"), origin: try value.word("origin"),
            openedBy: try value.code("openedBy"))
        raised = try value.people("raised")
        if value["promise"] != nil { promise = try value.word("promise") }
    }
}

extension ViewGiven {
    fileprivate init(reading value: JSONValue) throws(ForeignDocument) {
        var put: Set<Put> = []
        for entry in value.entries("put") {
            put.insert(Put(try entry.person("person"), from: try entry.word("from"), to: try entry.word("to")))
        }
        var origin: Origin?
        if let event = value["event"]?.string, let fact = value["fact"]?.string {
            origin = Origin(eventID: event, factID: fact, until: try value.momentIfAny("until"))
        }
        self.init(
            decisionID: try value.name("decision"), version: try value.integer("version"),
            agency: try value.code("agency"), recordedBy: try value.code("recordedBy"),
            position: try value.word("view"), at: try value.moment("at"),
            children: value["children"] == nil ? nil : try value.people("children"), put: put,
            note: value["note"]?.string,
            origin: origin)
        isEarly = value["early"]?.bool == true
    }
}

extension DecisionPapers {
    init(reading value: JSONValue) throws(ForeignDocument) {
        self.init()
        for entry in value.entries("papers") {
            guard let role = entry["role"]?.string else { throw ForeignDocument() }
            var rationales: [PersonID: String] = [:]
            for (key, text) in entry["rationales"]?.members ?? [] {
                guard let person = PersonID(key), let text = text.string else { throw ForeignDocument() }
                rationales[person] = text
            }
            self[try entry.name("name")] = DecisionPaper(
                authoriserRole: role, recordedAt: try entry.moment("recordedAt"), reason: entry["reason"]?.string,
                urgentReason: entry["urgentReason"]?.string, rationales: rationales,
                causes: entry.entries("causes").compactMap(\.string),
                pastCauses: entry.entries("pastCauses").compactMap(\.string))
        }
    }
}

extension JSONValue {
    func agencies(_ key: StaticString) -> Set<AgencyCode> {
        Set((self[key]?.elements ?? []).compactMap { $0.string.flatMap { AgencyCode($0) } })
    }

    fileprivate func entries(_ key: StaticString) -> [JSONValue] { self[key]?.elements ?? [] }

    fileprivate func code(_ key: StaticString) throws(ForeignDocument) -> AgencyCode {
        guard let code = self[key]?.string.flatMap({ AgencyCode($0) }) else { throw ForeignDocument() }
        return code
    }

    fileprivate func codes(_ key: StaticString) throws(ForeignDocument) -> Set<AgencyCode> {
        let codes = agencies(key)
        guard codes.count == self[key]?.count ?? 0 else { throw ForeignDocument() }
        return codes
    }

    fileprivate func person(_ key: StaticString) throws(ForeignDocument) -> PersonID {
        guard let person = self[key]?.string.flatMap({ PersonID($0) }) else { throw ForeignDocument() }
        return person
    }

    fileprivate func people(_ key: StaticString) throws(ForeignDocument) -> Set<PersonID> {
        let people = Set(entries(key).compactMap { $0.string.flatMap { PersonID($0) } })
        guard people.count == self[key]?.count ?? 0 else { throw ForeignDocument() }
        return people
    }

    fileprivate func name(_ key: StaticString) throws(ForeignDocument) -> OwnName {
        guard let name = try nameIfAny(key) else { throw ForeignDocument() }
        return name
    }

    fileprivate func nameIfAny(_ key: StaticString) throws(ForeignDocument) -> OwnName? {
        guard let text = self[key]?.string else { return nil }
        guard let name = OwnName(text: text) else { throw ForeignDocument() }
        return name
    }

    fileprivate func moment(_ key: StaticString) throws(ForeignDocument) -> Instant {
        guard let moment = try momentIfAny(key) else { throw ForeignDocument() }
        return moment
    }

    fileprivate func momentIfAny(_ key: StaticString) throws(ForeignDocument) -> Instant? {
        guard let text = self[key]?.string else { return nil }
        guard let moment = Instant(rfc3339: text) else { throw ForeignDocument() }
        return moment
    }

    fileprivate func moments(_ key: StaticString) throws(ForeignDocument) -> [AgencyCode: Instant] {
        var moments: [AgencyCode: Instant] = [:]
        for (code, value) in self[key]?.members ?? [] {
            guard let agency = AgencyCode(code), let moment = value.string.flatMap({ Instant(rfc3339: $0) }) else {
                throw ForeignDocument()
            }
            moments[agency] = moment
        }
        return moments
    }

    fileprivate func integer(_ key: StaticString) throws(ForeignDocument) -> Int {
        guard let number = self[key]?.int64 else { throw ForeignDocument() }
        return Int(number)
    }

    fileprivate func word<Word: RawRepresentable<String>>(_ key: StaticString) throws(ForeignDocument) -> Word {
        guard let word = self[key]?.string.flatMap(Word.init(rawValue:)) else { throw ForeignDocument() }
        return word
    }
}
