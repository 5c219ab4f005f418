import Contracts
import Safeguarding

// What stands against an acknowledgement or an answer of the agency whose notice it is.
extension LoadedNotices {
    /// A notice is acknowledged once.
    func acknowledgementRefusal(of notice: NoticeID) -> RefusalReason? {
        guard self[notice]?.isAcknowledged == true else { return nil }
        return RefusalReason(
            path: "/data/noticeId", code: .alreadyAcknowledged,
            message: "Your agency has acknowledged this notice, or answered it. Nothing more is needed.")
    }

    /// An answer is to the decision as it stands, and a challenge or a question to something that somebody has decided. Whether
    /// a later version has taken the place of what is challenged the decision register says: here that is known at another
    /// moment, and one of the two must not refuse what the other takes up. So it is with the children whom it names.
    func answerRefusal(of answer: AnswerFact) -> RefusalReason? {
        if let refusal = self[answer.noticeID]?.kind?.refusal(of: answer.answer) { return refusal }
        guard answer.answer == .agree, self[answer.noticeID]?.kind != .consultationRecorded else {
            guard let kind = self[answer.noticeID]?.kind, !kind.hasDecider else { return nil }
            return RefusalReason(
                path: "/data/answer", code: .notAllowed,
                message:
                    "Nobody has decided what this notice tells, so there is nobody whom a challenge or a question could go "
                    + "to. Answer the notice of the decision or the outcome itself; canAnswer on each notice lists what can be "
                    + "said to it.")
        }
        if let stranger = stranger(among: answer) {
            return RefusalReason(
                path: "/data/children/\(stranger)", code: .unknownSubject,
                message: "This is no child of the notice. Name it as the notice does.")
        }
        guard let later = laterVersion(than: answer.noticeID) else { return nil }
        return RefusalReason(
            path: "/data/noticeId", code: .superseded,
            message: "Version \(later) of this decision has taken its place. Answer the notice of that version.")
    }

    /// The place of the first name that is none of the notice's children.
    private func stranger(among answer: AnswerFact) -> Int? {
        guard let entry = self[answer.noticeID] else { return nil }
        return answer.children.firstIndex { name in
            !entry.children.contains { name.names($0.person, ref: $0.ref, for: entry.agency) }
        }
    }
}

extension NoticeKind {
    /// What stands against an answer to any notice of the kind: it would have no effect.
    fileprivate func refusal(of answer: NoticeAnswer) -> RefusalReason? {
        let advice: String
        switch (self, answer) {
        case (.consultationRequested, .agree):
            advice =
                "A view lets a change go, and agreeing with a notice is none. Publish consultation.recorded with your agency's "
                + "view on the version that the notice names."
        case (.consultationRecorded, .needInformation):
            advice =
                "This says which view of your agency's another has recorded. Agree if it is your view, challenge if it is not."
        case (.discussionRecorded, .agree), (.discussionRecorded, .needInformation):
            advice =
                "This says that your agency is on record as present. If that is right, acknowledge it; if it is not, challenge it."
        default: return nil
        }
        return RefusalReason(path: "/data/answer", code: .notAllowed, message: advice)
    }

    /// Whether there can be something that was decided behind a notice of this kind. Of tasks some offer a challenge; which,
    /// the decision register knows.
    fileprivate var hasDecider: Bool {
        switch self {
        case .thresholdChanged, .thresholdRaised, .consultationRequested, .consultationRecorded, .discussionRecorded,
            .outcomeOfReferral, .changeConfirmed, .taskDue:
            true
        default: false
        }
    }
}

extension RefusalCode {
    /// Somebody has acknowledged the notice before.
    static let alreadyAcknowledged = RefusalCode(rawValue: "already-acknowledged")
    /// A later version has taken the place of what the notice tells.
    static let superseded = RefusalCode(rawValue: "superseded")
}
