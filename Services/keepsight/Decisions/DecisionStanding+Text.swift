import CommandRuntime
import DecisionRules
import JSON
import Safeguarding

// What a decision waits for, in plain words, and which rule of the contract says so.
extension DecisionStanding {
    /// Everything that there is to say, a line each.
    var lines: [String] {
        var lines = ["Decision \(decision) of \(names.name(agency)), version \(version)."]
        for part in parts {
            let isAlone = parts.count { $0.child == part.child } == 1
            lines.append(
                "Child \(part.child) of \(children)\(isAlone ? "" : ", by version \(part.version)"): from \(part.from.inWords) to "
                    + "\(part.to.inWords), \(part.standing).")
        }
        lines += isOpen ? waits.map { sentence($0) + forWhom($0) } : ["Nothing is waited for."]
        lines += absent.map { sentence(inPlaceOf: $0) }
        if let askedAgainAt, isOpen {
            lines.append(
                "On \(BritishTime.full(askedAgainAt)) those who have said nothing are asked again, each time more senior people, and "
                    + "a strategy discussion is called for (R20).")
        }
        lines += views.map { $0.sentence(names) }
        lines += challenges.map(sentence)
        lines += questions.map { question in
            "\(names.name(question.asker)) has asked \(names.name(question.decider)) a question\(moment(of: question.askedAt)). "
                + "The question is at stage \(question.stage); the time that \(names.name(question.asker)) has to answer does not "
                + "run meanwhile (R18)."
        }
        if isOpen { lines += [letsGo, ends] }
        return lines
    }

    private func sentence(_ wait: ChangeWait) -> String {
        switch wait {
        case .view(let agency): return sentence(forViewOf: agency)
        case .objection(let agency):
            let gone = members.map { !$0.contains(agency) } ?? false
            return gone
                ? "\(names.name(agency)) objects, and no longer takes part in the partnership: its challenge goes to more senior "
                    + "people, and the agency with the last word closes it (R7, R15)."
                : "Waits for \(names.name(agency)) to withdraw its objection (R7)."
        case .urgentChange(let urgent, let version):
            return
                "Waits for the urgent change \(urgent.id) of \(names.name(urgent.agency)), version \(version), to be settled: it went "
                + "before, and the strategy discussion about it is still to be held (R11)."
        case .namedDiscussion(let id):
            return "It names the strategy discussion \(id), which nobody has recorded: who was there is not known (R4)."
        case .anybodyOnRecord:
            return
                "It ends an enquiry of which no strategy discussion is on record, so nobody can be shown to have had a say: that "
                + "discussion has to be recorded (R2)."
        case .reconvenedDiscussion:
            return "It took effect as urgent, and the strategy discussion about it is still to be held (R11)."
        }
    }

    private func sentence(forViewOf agency: AgencyCode) -> String {
        let when = asked[agency.text].map { ", asked on \(BritishTime.full($0))" } ?? ", not asked for yet"
        let second = views.first { $0.agency == agency.text && !$0.counts }
        let recorded =
            second.map { "; \(names.name($0.recordedBy)) has recorded one for it, which it has not confirmed (R5)" }
            ?? ""
        return "Waits for the view of \(names.name(agency)) itself\(when)\(recorded). \(grounds(agency).words) "
            + "(R2, R4)."
    }

    /// Which of several children a wait is about, where it is not all whose change is open.
    private func forWhom(_ wait: ChangeWait) -> String {
        let open = Set(parts.filter(\.isOpen).map(\.child))
        let concerned = Set(parts.filter { $0.isOpen && $0.waits.contains(wait) }.map(\.child))
        guard concerned != open else { return "" }
        return " That is for child \(concerned.sorted().map(String.init).joined(separator: ", "))."
    }

    private func sentence(inPlaceOf agency: AgencyCode) -> String {
        let when = hasLapsed ? "" : "from the next working day on "
        let instead =
            standIn.map { "\(when)\(names.name($0)) is asked in its place" } ?? "there is nobody to be "
            + "asked in its place"
        return
            "\(names.name(agency)) would have to have a say, and the partnership's policy no longer names it: \(instead) (R2). If it "
            + "still takes part, put it back into the policy and start the services again."
    }

    private func sentence(_ challenge: Challenge) -> String {
        let until = challenge.due.flatMap { Instant(rfc3339: $0) }.map { " by \(BritishTime.full($0))" } ?? ""
        let challenger = names.name(challenge.challenger)
        guard !challenge.awaitsFollowThrough else {
            return
                "The challenge by \(names.name(challenge.challenger)) ended with the decision changed; \(names.name(agency)) has to "
                + "put that on record\(until), or it goes to more senior people (R16)."
        }
        return
            "\(challenger) challenges it. The challenge is at stage \(challenge.stage): \(names.name(challenge.awaits))"
            + "\(challenge.isAtArbiter ? ", which has the last word," : "") has to act\(until). \(challenger) closes it, or after the "
            + "last stage the agency with the last word (R15)."
    }

    private var letsGo: String {
        guard parts.contains(where: \.isHeld) else {
            return "It is settled by a strategy discussion that names it, with everybody whose view it waits for (R8)."
        }
        let isEnquiry = parts.contains { $0.isHeld && $0.from == .section47 }
        let discussion =
            isEnquiry
            ? ", or a strategy discussion that names it with all of them present, if nobody objects (R8)" : ""
        var before: [String] = []
        if waits.contains(where: \.isForUrgentChange) { before.append("the urgent change before it is settled") }
        if waits.contains(where: \.isForNamedDiscussion) { before.append("the discussion that it names is on record") }
        before.append("no view is waited for and nobody objects (R4)")
        return "It takes effect once " + before.joined(separator: " and ") + discussion + "."
    }

    private var ends: String {
        let say =
            awaited.isEmpty
            ? ""
            : "An agency gives its view itself (for programs: consultation.recorded), or agrees with the notice that another has "
                + "recorded one for it (R5). "
        return say + "It ends if another decision changes the child's level (R9), or with the next version (R10)."
    }

    /// One JSON object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("decision", decision)
        writer.field("decidedBy", agency)
        writer.field("version", version)
        writer.field("open", isOpen)
        writer.array("awaiting", awaited) { writer, agency in
            writer.beginObject()
            writer.field("agency", agency)
            writer.field("askedAt", asked[agency]?.rfc3339)
            writer.array("because", AgencyCode(agency).map { grounds($0).codes } ?? []) { $0.string($1) }
            writer.endObject()
        }
        writer.array("objecting", objecting) { $0.string($1) }
        writer.array("waitsFor", waits.filter(\.isForSomethingElse)) { writer, wait in
            writer.beginObject()
            wait.write(to: &writer)
            writer.endObject()
        }
        writer.array("leftPartnership", absent) { $0.string($1.text) }
        writer.array("views", views) { $1.write(to: &$0) }
        writer.array("says", lines) { $0.string($1) }
        writer.endObject()
    }
}

/// A moment with its preposition, as people read it; nothing, if there is none.
private func moment(of text: String?) -> String {
    text.flatMap { Instant(rfc3339: $0) }.map { " on \(BritishTime.full($0))" } ?? ""
}

extension ChangeWait {
    fileprivate var isForUrgentChange: Bool { if case .urgentChange = self { true } else { false } }

    fileprivate var isForNamedDiscussion: Bool { if case .namedDiscussion = self { true } else { false } }

    /// Whether it is something else than what an agency has to say.
    fileprivate var isForSomethingElse: Bool {
        switch self {
        case .view, .objection: false
        case .urgentChange, .namedDiscussion, .anybodyOnRecord, .reconvenedDiscussion: true
        }
    }

    /// The members of its object.
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .urgentChange(let urgent, let version):
            writer.field("kind", "urgent-change")
            writer.field("decision", urgent.id)
            writer.field("decidedBy", urgent.agency.text)
            writer.field("version", version)
        case .namedDiscussion(let id):
            writer.field("kind", "named-discussion")
            writer.field("discussion", id)
        case .anybodyOnRecord: writer.field("kind", "discussion-of-the-enquiry")
        case .reconvenedDiscussion: writer.field("kind", "reconvened-discussion")
        case .objection, .view: break
        }
    }
}

extension ConsulteeGrounds {
    private static let named: [(ground: ConsulteeGrounds, code: String, words: String)] = [
        (.involved, "involved", "it works with the child"),
        (.enquiry, "enquiry", "it was at a strategy discussion of the enquiry that is to end"),
        (.namedDiscussion, "named-discussion", "it was at the discussion that the decision names"),
        (.review, "review", "it was at the review that proposed the decision"),
        (
            .withoutQuorum, "without-quorum",
            "it has to do with the child, and the enquiry was decided on by a discussion without its quorum"
        ),
        (.party, "party", "it has to do with the child, and nobody else must have a say"),
        (.before, "before", "it was at the table before, and nobody but who decides has to do with the child now"),
        (.urgentChange, "urgent-change", "it must have a say on the urgent change that this one follows"),
        (.standIn, "stand-in", "it is asked in the place of an agency that no longer takes part"),
    ]

    /// One word for each.
    fileprivate var codes: [String] { ConsulteeGrounds.named.filter { contains($0.ground) }.map(\.code) }

    /// Why the agency must have a say, as a sentence without its end.
    fileprivate var words: String {
        let words = ConsulteeGrounds.named.filter { contains($0.ground) }.map(\.words)
        return "It must have a say because " + words.joined(separator: ", and ")
    }
}

extension DecisionStanding.View {
    /// Whose it is, who recorded it, and what was said beside.
    func sentence(_ names: AgencyNames) -> String {
        let whose: String
        let (name, recorder) = (names.name(agency), names.name(recordedBy))
        if isOwn {
            whose = recordedBy == agency ? "its own view" : "recorded by \(recorder), confirmed by it"
        } else if counts {
            whose = "recorded by \(recorder); it counts until \(name) says something itself (R5)"
        } else {
            whose = "recorded by \(recorder); it does not count until \(name) confirms it (R5)"
        }
        let words = ConsultationView(rawValue: position)?.inWords ?? position
        return "\(name) \(words): \(whose), on \(BritishTime.full(at)).\(note.map { " Note: \($0)" } ?? "")"
    }

    /// One JSON object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", agency)
        writer.field("recordedBy", recordedBy)
        writer.field("view", position)
        writer.field("own", isOwn)
        writer.field("at", at.rfc3339)
        writer.field("note", note)
        writer.endObject()
    }
}

extension DecisionStanding.Part {
    /// How far it has come, in words.
    fileprivate var standing: String {
        switch state {
        case .held: "proposed, not yet in effect: the child stays at \(from.inWords) until then"
        case .inEffect: isUrgent ? "in effect, urgent" : "in effect"
        case .overtaken: "ended: another decision has changed the child's level (R9)"
        case .withdrawn(.takenBack): "taken back by its next version"
        case .withdrawn(.leftOut): "ended: the next version leaves the child out (R10)"
        case .withdrawn(.undone): "ended: the child is back at the level that it had left"
        case .withdrawn(.discussion): "ended: a strategy discussion decided that the enquiry goes on (R8)"
        case .withdrawn(.challenge): "ended: a challenge ended with the decision changed"
        }
    }
}
