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
            + [notice.body.respondBy.map { "\(briefUntil) \(BritishTime.full($0))" + overdue($0) }].compactMap { $0 }
            + (people.isEmpty ? [] : ["for: \(people)"])
            + [notice.reference.map { "reference \($0)" } ?? "notice \(ShortReferences([identifier])(identifier))"]
    }

    private var briefUntil: String {
        switch until {
        case "Reply by": "if your agency disagrees: reply by"
        case "Their time": "\(awaited) has to answer by"
        case "Its time": "an answer to the notice that this is about is due by"
        case "Meet by": "the meeting is to be held by"
        case "Was due": "an answer was due by"
        default: asksAgain ? "asked again; answer by" : "answer by"
        }
    }

    /// Names and texts of what stands in it.
    var fields: [(name: String, text: String)] {
        var fields: [(String, String?)] = [("Subject", notice.body.subject.inWords(names))]
        fields += notice.children.map { ("Child", line(of: $0)) } + [("Who it is", whoKnows)]
        fields += said + whoElse + asked
        fields.append(("Reference", notice.reference?.text))
        fields.append(("Notice", notice.noticeID.text))
        return fields.compactMap { name, text in text.map { (name, $0) } }
    }

    private var body: NoticeBody { notice.body }

    /// Who decided, or has spoken: what happens to a challenge is decided by nobody until it ends. A moment beside it is when that
    /// was, no deadline.
    private var speaker: (String, String?) {
        guard let author = body.decidedBy else { return ("Decision", nil) }
        let moment = body.decidedAt.map { " on \(BritishTime.full($0))" } ?? ""
        return switch notice.kind {
        case .escalationAdvanced, .escalationClosed, .taskDue, .informationProvided: ("Said by", by(author) + moment)
        case .discussionRecorded: ("Record", "made by \(by(author)); the meeting was\(moment)")
        // The moment is when the view was recorded.
        case .consultationRecorded: ("Decision", "proposed by \(by(author))")
        default: ("Decision", (body.state == .held ? "proposed by " : "made by ") + by(author) + moment)
        }
    }

    /// The notice that this one is about, by the reference by which the agency knows it that got it.
    private var reminded: String? {
        guard let about = notice.body.about else { return nil }
        if let silent = notice.body.unacknowledgedBy {
            let reference = NoticeReference(of: about, for: silent)
            return "a notice to \(names.name(silent)), which knows it by the reference \(reference)"
        }
        return agency.map { "the notice with the reference \(NoticeReference(of: about, for: $0))" }
    }

    /// What was decided, answered or demanded, by whom and why.
    private var said: [(String, String?)] {
        [
            ("Is about", reminded),
            speaker, ("Reason", body.reason),
            (
                notice.kind == .changeConfirmed ? "Urgent then" : "Urgent",
                body.isUrgent == true ? body.urgentReason ?? "yes: a child cannot wait" : nil
            ),
            ("Rating", body.rating.map { "\($0.from.rawValue) before, \($0.to.rawValue) now" }),
            ("Raised by", body.raisedBy.map(by)), ("Grounds", body.grounds),
            ("Wants", body.desiredOutcome), ("Question", body.question),
            ("Answer as", notice.kind == .informationRequested ? body.requestID?.text : nil), ("Answer", body.answer),
            ("Stage", body.stage.map { "\($0)" + (body.stageWords.map { ": \($0)" } ?? stageMeaning) }),
            ("Meeting", body.meeting.map(meeting)),
            ("Last word", body.arbiter.map { "\(names[$0]), if the two sides do not agree" }),
            ("Ended with", body.outcome.map { ChallengeEnding.inWords($0.rawValue) }),
            ("Late", body.isLate == true ? "challenged after the time for an answer; it counts all the same" : nil),
            (
                "Counts as",
                body.isGoodPractice == true ? "good practice: the challenge changed a decision" : nil
            ),
        ]
    }

    /// What a number of a stage says to somebody who does not know the ladder.
    private let stageMeaning = " (the higher the stage, the more senior the people)"

    private var whoElse: [(String, String?)] {
        [("Waits for", body.awaiting.isEmpty ? nil : "the view of " + names.list(body.awaiting))]
            + body.views.map { ("View", line(of: $0)) } + [("View", ownViewMissing)]
    }

    /// That a record of a meeting gives the agency no view.
    private var ownViewMissing: String? {
        guard notice.kind == .discussionRecorded, let agency, !body.views.contains(where: { $0.agency == agency })
        else { return nil }
        return "none is on record as your agency's: only that it was present"
    }

    /// What the receiver is asked, until when, and what happens otherwise.
    private var asked: [(String, String?)] {
        let people = notice.addressedTo.map(\.role)
        return [
            ("For", people.isEmpty ? nil : people.joined(separator: ", ")), ("To do", notice.task?.inWords ?? whatToDo),
            (until, body.respondBy.map { whoseTime + BritishTime.full($0) + overdue($0) }),
            ("Otherwise", otherwise), ("Can answer", answers),
        ]
    }

    /// Whose time the moment is that the notice names.
    private var until: String {
        switch notice.kind {
        case .challengeRaised, .escalationAdvanced: notice.task == nil ? "Their time" : "By"
        case .thresholdChanged, .thresholdRaised, .changeConfirmed, .discussionRecorded: "Reply by"
        case .acknowledgementOverdue: "Its time"
        case .discussionRequired: "Meet by"
        case .taskDue where notice.task == .answerOutcome: "Was due"
        default: "By"
        }
    }

    /// Before a time that is not the receiver's.
    private var whoseTime: String {
        switch until {
        case "Its time": "for a reply ends on "
        case "Their time": "\(awaited) has to answer by "
        default: ""
        }
    }

    /// Behind a time that has passed.
    private func overdue(_ due: Instant) -> String {
        until == "Was due" ? ". It is overdue; a late answer counts, and is marked as late" : ""
    }

    /// Whether the agency was asked for the same before.
    var asksAgain: Bool { notice.kind == .consultationRequested && (body.stage ?? 1) > 1 }

    /// Who has to answer a challenge of which the receiver is only told.
    private var awaited: String {
        guard notice.kind == .challengeRaised, let decider = body.decidedBy else {
            return "the agency whose turn it is"
        }
        return names.name(decider.agency)
    }

    private func by(_ author: NoticeAuthor) -> String { (author.role.map { "\($0), " } ?? "") + names[author.agency] }

    private func meeting(_ meeting: NoticeMeeting) -> String {
        meeting.chair + " leads it" + (meeting.at.map { ", on \(BritishTime.full($0))" } ?? "; it has no date yet")
    }

    private func line(of child: NoticeIssued.Child, isBrief: Bool = false) -> String {
        var text = child.name.ref ?? "without a reference at your agency"
        let detail = child.detail
        switch (detail.from, detail.to) {
        case (let from?, let to?) where notice.kind == .changeWithdrawn:
            text +=
                body.state == .unchanged
                ? ": stays at \(from.inWords); the proposed move to \(to.inWords) did not go ahead"
                : ": the move from \(from.inWords) to \(to.inWords) no longer applies"
        case (let from?, let to?) where body.state == .held && from != to:
            text += ": at \(from.inWords); proposed: \(to.inWords)"
        case (let from?, let to?) where from == to: text += ": stays at \(to.inWords)"
        case (let from?, let to?): text += ": from \(from.inWords) to \(to.inWords)"
        case (nil, let to?): text += ": now \(to.inWords)"
        default: break
        }
        if let outcome = detail.outcome { text += ": \(outcome.inWords)" }
        guard !isBrief else { return text }
        if let rationale = detail.rationale { text += ". Why: \(rationale)" }
        // By what an answer names the child.
        if let handle = child.name.handle { text += (text.hasSuffix(".") ? "" : ".") + " In an answer: \(handle.text)" }
        return ([text] + detail.views.map { "  " + line(of: $0) }).joined(separator: "\n")
    }

    /// Whom to ask who the children are for whom the agency has no reference.
    private var whoKnows: String? {
        guard notice.children.contains(where: { $0.name.ref == nil }) else { return nil }
        let subject = body.subject.inWords(names)
        guard let whom = body.subject.chosenBy ?? body.decidedBy?.agency, whom != agency else {
            return subject.map { "a child of \($0), which is your agency's own" }
        }
        let naming = subject.map { ", naming \($0)," } ?? ""
        return "ask \(names.name(whom))\(naming) which child is meant"
    }

    private func line(of view: NoticeView) -> String {
        let isMeeting = body.subject.kind == .discussion
        var text = view.agency == agency && isMeeting ? "your agency " : "\(names[view.agency]) "
        text += view.view.inWords
        let when = view.at.map { " on \(BritishTime.full($0))" } ?? ""
        if let recorder = view.recordedBy {
            text +=
                (isMeeting
                    ? ", by the record of \(names[recorder])"
                    : ", as \(names[recorder]) has recorded") + when
            if !isMeeting {
                text += view.isOwn ? " and it has confirmed" : "; it has not confirmed that, and it does not count yet"
            }
        } else {
            text += when
        }
        return text + (view.note.map { ". Note: \($0)" } ?? "")
    }

    private var answers: String? {
        let words = notice.canAnswer.filter { $0 != "acknowledge" }
            .map { word in NoticeAnswer(rawValue: word)?.inWords ?? word }
        var all = options + words
        if notice.canAnswer.contains("acknowledge") {
            all.append("acknowledge it, which says only that somebody has seen it and is no answer")
        }
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }
}
