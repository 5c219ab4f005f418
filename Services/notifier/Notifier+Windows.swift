import Contracts
import Messaging
import Safeguarding

/// The window in which an answer to a notice is in time, which stands still while a question about it is open (R18).
extension Notifier {
    /// With the answer to a question comes the end of its asker's window as it is now.
    func moveWindow(_ due: NoticeDue, _ book: inout LoadedNotices) -> [Effect<NoticeRow>] {
        guard let about = due.body.about, let until = due.body.respondBy, let receiver = due.receivers.first,
            receiver.kind == .informationProvided, book[about]?.agency == receiver.agency
        else { return [] }
        return moveWindow(of: about, to: until, &book)
    }

    /// - Parameter end: `nil` while it stands still
    func moveWindow(of notice: NoticeID, to end: Instant?, _ book: inout LoadedNotices) -> [Effect<NoticeRow>] {
        guard book[notice]?.respondBy != end else { return [] }
        book.moveWindow(of: notice, to: end)
        return [.record(.windowMoved(notice, to: end))]
    }
}
