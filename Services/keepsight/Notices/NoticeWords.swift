import CommandRuntime
import Contracts
import Policy
import Safeguarding

/// A notice in plain words, for somebody who does not know the program: what has happened, what is asked, by when, and what
/// happens otherwise. Pure.
struct NoticeWords {
    let notice: NoticeIssued
    /// Whose it is, if that is known.
    let agency: AgencyCode?
    let names: AgencyNames

    /// Everything that there is to say, in lines of so many characters where it can be broken.
    func lines(width: Int = 80) -> [String] {
        // An identifier has 68 characters, and whoever copies it needs it in one piece.
        let left = 12
        return headline.wrapped(to: width)
            + fields.flatMap { name, text in
                text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                    .flatMap { $0.wrapped(to: max(30, width - left)) }
                    .enumerated().map { ($0 == 0 ? name : "").padded(to: left) + $1 }
            }
    }

    /// What somebody sees who looks at what comes: for which children, until when, for whom, and how to find the rest. Whole
    /// identifiers are for programs, which read JSON.
    var briefly: [String] {
        let identifier = notice.noticeID.text
        let people = notice.addressedTo.map(\.role).joined(separator: ", ")
        return [notice.body.subject.inWords(names)].compactMap { $0 }
            + notice.children.map { "child " + line(of: $0, isBrief: true) }
            + [notice.task?.inWords].compactMap { $0 }
            + [notice.body.respondBy.map { "\(briefUntil) \(BritishTime.long($0))" }].compactMap { $0 }
            + (people.isEmpty ? [] : ["for: \(people)"])
            + [notice.reference.map { "reference \($0)" } ?? "notice \(ShortReferences([identifier])(identifier))"]
    }

    private var briefUntil: String {
        switch until {
        case "By": "answer by"
        case "In time": "an answer is in time until"
        default: "whose turn it is has time until"
        }
    }

    /// Names and texts of what stands in it.
    var fields: [(name: String, text: String)] {
        var fields: [(String, String?)] = [("Subject", notice.body.subject.inWords(names))]
        fields += notice.children.map { ("Child", line(of: $0)) }
        fields += said + whoElse + asked
        fields.append(("Reference", notice.reference?.text))
        fields.append(("Notice", notice.noticeID.text))
        return fields.compactMap { name, text in text.map { (name, $0) } }
    }

    private var body: NoticeBody { notice.body }

    /// Who decided, or has spoken: what happens to a challenge is decided by nobody until it ends.
    private var speaker: String {
        switch notice.kind {
        case .escalationAdvanced, .escalationClosed, .taskDue, .informationProvided: "Said by"
        case .discussionRecorded: "Recorded by"
        default: "Decided by"
        }
    }

    /// The notice that this one reminds of, where it is the same agency's.
    private var reminded: String? {
        guard let agency, let about = notice.body.about, notice.body.unacknowledgedBy == nil else { return nil }
        return "the notice with the reference \(NoticeReference(of: about, for: agency))"
    }

    /// What was decided, answered or demanded, by whom and why.
    private var said: [(String, String?)] {
        [
            ("Is about", reminded),
            (speaker, body.decidedBy.map { by($0) + (body.decidedAt.map { ", \(BritishTime.long($0))" } ?? "") }),
            ("Reason", body.reason),
            ("Urgent", body.isUrgent == true ? body.urgentReason ?? "yes: a child cannot wait" : nil),
            ("Rating", body.rating.map { "\($0.from.rawValue) before, \($0.to.rawValue) now" }),
            ("Raised by", body.raisedBy.map(by)), ("Grounds", body.grounds),
            ("Wants", body.desiredOutcome), ("Question", body.question),
            ("Answer as", body.question == nil ? nil : body.requestID?.text), ("Answer", body.answer),
            ("Stage", body.stage.map { "\($0)" + (body.stageWords.map { ": \($0)" } ?? "") }),
            ("Meeting", body.meeting.map(meeting)),
            ("Ended with", body.outcome.map { ChallengeEnding.inWords($0.rawValue) }),
            ("Late", body.isLate == true ? "challenged after the time for an answer; it counts all the same" : nil),
            (
                "Counts as",
                body.isGoodPractice == true ? "good practice: the challenge changed a decision" : nil
            ),
        ]
    }

    private var whoElse: [(String, String?)] {
        [("Waits for", body.awaiting.isEmpty ? nil : "the view of " + names.list(body.awaiting))]
            + body.views.map { ("View", line(of: $0)) }
    }

    /// What the receiver is asked, until when, and what happens otherwise.
    private var asked: [(String, String?)] {
        let people = notice.addressedTo.map(\.role)
        return [
            ("For", people.isEmpty ? nil : people.joined(separator: ", ")), ("To do", notice.task?.inWords ?? whatToDo),
            (until, body.respondBy.map { (until == "By" ? "" : "until ") + BritishTime.long($0) }),
            ("Otherwise", otherwise), ("Can answer", answers),
        ]
    }

    /// Whose time the moment is that the notice names.
    private var until: String {
        switch notice.kind {
        case .challengeRaised, .escalationAdvanced: notice.task == nil ? "Their time" : "By"
        case .thresholdChanged, .thresholdRaised, .changeConfirmed, .discussionRecorded: "In time"
        default: "By"
        }
    }

    private func by(_ author: NoticeAuthor) -> String { (author.role.map { "\($0), " } ?? "") + names[author.agency] }

    private func meeting(_ meeting: NoticeMeeting) -> String {
        meeting.chair + " leads it" + (meeting.at.map { ", \(BritishTime.long($0))" } ?? "; it has no date yet")
    }

    private func line(of child: NoticeIssued.Child, isBrief: Bool = false) -> String {
        var text = child.name.ref ?? child.name.handle.map { "\($0.text) (your agency has no reference of it)" } ?? ""
        let detail = child.detail
        switch (detail.from, detail.to) {
        case (let from?, let to?) where from == to: text += ": stays at \(to.inWords)"
        case (let from?, let to?): text += ": from \(from.inWords) to \(to.inWords)"
        case (nil, let to?): text += ": now \(to.inWords)"
        default: break
        }
        if let outcome = detail.outcome { text += ": \(outcome.inWords)" }
        guard !isBrief else { return text }
        if let rationale = detail.rationale { text += ". Why: \(rationale)" }
        return ([text] + detail.views.map { "  " + line(of: $0) }).joined(separator: "\n")
    }

    private func line(of view: NoticeView) -> String {
        var text = "\(names[view.agency]) \(view.view.inWords)"
        if let recorder = view.recordedBy {
            text += ", as \(names[recorder]) has recorded"
            text += view.isOwn ? " and it has confirmed" : "; it has not confirmed that, and it does not count yet"
        }
        if let at = view.at { text += ", \(BritishTime.short(at))" }
        return text + (view.note.map { ". Note: \($0)" } ?? "")
    }

    private var answers: String? {
        let words = notice.canAnswer.map { word in
            word == "acknowledge" ? "acknowledge: somebody has seen it" : NoticeAnswer(rawValue: word)?.inWords ?? word
        }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }
}
