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

    /// An answer is to the decision as it stands.
    func answerRefusal(of notice: NoticeID) -> RefusalReason? {
        guard let later = laterVersion(than: notice) else { return nil }
        return RefusalReason(
            path: "/data/noticeId", code: .superseded,
            message: "Version \(later) of this decision has taken its place. Answer the notice of that version.")
    }
}

extension RefusalCode {
    /// Somebody has acknowledged the notice before.
    static let alreadyAcknowledged = RefusalCode(rawValue: "already-acknowledged")
    /// A later version has taken the place of what the notice tells.
    static let superseded = RefusalCode(rawValue: "superseded")
}
