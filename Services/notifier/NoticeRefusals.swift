import Contracts
import Safeguarding

// What stands against an acknowledgement or an answer of the agency whose notice it is.
extension NoticeBook {
    /// A notice is acknowledged once.
    func acknowledgementRefusal(of notice: NoticeID) -> RefusalReason? {
        guard self[notice]?.isAcknowledged == true else { return nil }
        return RefusalReason(
            path: "/data/noticeId", code: .alreadyAcknowledged,
            message: "Your agency has acknowledged this notice, or answered it. Nothing more is needed.")
    }

    /// An answer is to the decision as it stands, and a challenge to something that somebody has decided.
    func answerRefusal(of notice: NoticeID, _ answer: NoticeAnswer) -> RefusalReason? {
        if answer == .challenge, let kind = self[notice]?.kind, !kind.canBeChallenged {
            return RefusalReason(
                path: "/data/answer", code: .notAllowed,
                message:
                    "This notice tells of nothing that can be challenged. Challenge the notice of the decision or the "
                    + "outcome itself; canAnswer on each notice lists what can be said to it.")
        }
        guard let later = laterVersion(than: notice) else { return nil }
        return RefusalReason(
            path: "/data/noticeId", code: .superseded,
            message: "Version \(later) of this decision has taken its place. Answer the notice of that version.")
    }
}

extension NoticeKind {
    /// Whether there can be something to challenge behind a notice of this kind. Of tasks some offer a challenge; which, the
    /// decision register knows.
    fileprivate var canBeChallenged: Bool {
        switch self {
        case .thresholdChanged, .consultationRequested, .outcomeOfReferral, .changeConfirmed, .taskDue: true
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
