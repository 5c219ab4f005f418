import CommandRuntime
import JSON
import Safeguarding

// What a decision waits for, in plain words, and which rule of the contract says so.
extension DecisionStanding {
    /// Everything that there is to say, a line each.
    var lines: [String] {
        var lines = ["\(decision) of \(agency), version \(version)."]
        for (place, part) in parts.enumerated() {
            lines.append("Child \(place + 1) of \(parts.count): \(part.from) to \(part.to), \(part.standing).")
        }
        lines += waits
        lines += views.map(\.sentence)
        lines += challenges.map(sentence)
        lines += questions.map { question in
            "\(question.asker) has asked \(question.decider) a question\(moment(of: question.askedAt)); it stands at stage "
                + "\(question.stage), and \(question.asker)'s own time stands still (R18)."
        }
        if isOpen { lines.append(letsGo) }
        return lines
    }

    /// Whose view it waits for.
    var awaited: [String] { Set(parts.flatMap(\.awaited)).sorted() }

    private var waits: [String] {
        guard isOpen else { return ["Nothing is waited for."] }
        var lines: [String] = []
        if let missingDiscussion {
            lines.append(
                "It names the discussion \(missingDiscussion), which nobody has recorded: who was there is not known (R4)."
            )
        }
        for agency in awaited {
            let when = asked[agency].map { ", asked \(BritishTime.short($0))" } ?? ""
            let second = views.first { $0.agency == agency }
            let recorded =
                second.map { "; \($0.recordedBy) has recorded one for it, which it has not confirmed (R5)" } ?? ""
            lines.append("Waits for a view of \(agency)'s own\(when)\(recorded) (R2, R4).")
        }
        if !objecting.isEmpty {
            lines.append("Waits for \(objecting.joined(separator: ", ")) to lift what it has against it (R7).")
        }
        if parts.contains(where: { $0.awaitsDiscussion }) {
            lines.append("It took effect as urgent, and its reconvened discussion is still to be held (R11).")
        }
        if let askedAgainAt {
            lines.append(
                "On \(BritishTime.short(askedAgainAt)) the silent are asked again, one stage higher, and a discussion is called "
                    + "for (R20).")
        }
        return lines
    }

    private func sentence(_ challenge: Challenge) -> String {
        let until = challenge.due.flatMap { Instant(rfc3339: $0) }.map { " until \(BritishTime.short($0))" } ?? ""
        guard !challenge.awaitsFollowThrough else {
            return
                "The challenge of \(challenge.challenger) ended as changed; \(agency) has to put that on record\(until), "
                + "or it goes up (R16)."
        }
        return
            "\(challenge.challenger) challenges it: stage \(challenge.stage), the turn of \(challenge.awaits)\(until). "
            + "\(challenge.challenger) closes it, or the arbiter where the ladder ends (R15)."
    }

    private var letsGo: String {
        let isEnquiry = parts.contains { $0.isOpen && $0.from == ThresholdLevel.section47.rawValue }
        let isHeld = parts.contains { $0.isHeld }
        guard isHeld else {
            return "It is settled by a strategy discussion that names it, with everybody who is awaited (R8)."
        }
        let discussion =
            isEnquiry
            ? ", or a strategy discussion that names it with all of them present, if nobody objects (R8)" : ""
        return
            "It takes effect once nobody is awaited and nobody objects (R4)\(discussion). It ends if the child's level "
            + "changes otherwise (R9), or by the next version (R10)."
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
            writer.endObject()
        }
        writer.array("objecting", objecting) { $0.string($1) }
        writer.array("views", views) { $1.write(to: &$0) }
        writer.array("says", lines) { $0.string($1) }
        writer.endObject()
    }
}

/// A moment behind a comma, as people read it; nothing, if there is none.
private func moment(of text: String?) -> String {
    text.flatMap { Instant(rfc3339: $0) }.map { ", \(BritishTime.short($0))" } ?? ""
}

extension DecisionStanding.View {
    /// Whose it is, who recorded it, and what was said beside.
    var sentence: String {
        let whose: String
        if isOwn {
            whose = recordedBy == agency ? "its own view" : "recorded by \(recordedBy), confirmed by it"
        } else {
            whose = "second-hand, recorded by \(recordedBy); it lets nothing go until \(agency) confirms it (R5)"
        }
        return "\(agency): \(position), \(whose)\(moment(of: at)).\(note.map { " Note: \($0)" } ?? "")"
    }

    /// One JSON object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", agency)
        writer.field("recordedBy", recordedBy)
        writer.field("view", position)
        writer.field("own", isOwn)
        writer.field("at", at)
        writer.field("note", note)
        writer.endObject()
    }
}

extension DecisionStanding.Part {
    /// How far it has come, in words.
    fileprivate var standing: String {
        let word = state.split(separator: ":").first.map(String.init) ?? state
        switch word {
        case "held": return "held: the child stays at \(from) until then"
        case "in-effect": return isUrgent ? "in effect, urgent" : "in effect"
        case "overtaken": return "overtaken: the child's level has changed otherwise (R9)"
        case "taken-back": return "taken back by its next version"
        case "left-out": return "withdrawn: the next version leaves the child out (R10)"
        case "undone": return "withdrawn: the child is at the level again that it had left"
        case "discussion": return "withdrawn: a discussion decided that the enquiry goes on (R8)"
        case "challenge": return "withdrawn: a challenge ended with the decision changed"
        default: return word
        }
    }
}
