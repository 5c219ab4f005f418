/// How much of what is open one agency can have in one household: past it its events are refused. What is open is read and written with
/// every event of the household, whoever it comes from, so that without a limit one agency could stop the others (E6). Each is far
/// beyond what a case brings about; what reaches it is a program that runs wild.
public enum HouseholdLimits {
    /// Lowered thresholds that are held, or await their discussion.
    public static let changes = 20
    /// Bytes of their reasons, reasons for urgency and rationales together, in UTF-8.
    public static let reasonBytes = 128 * 1024
    /// Bytes of the notes of views that one agency has recorded on what is open, or that wait.
    public static let noteBytes = 128 * 1024
    /// Views that wait for one decision.
    public static let waitingViews = 20
    /// Challenges that are open, or that may open by themselves.
    public static let challenges = 30
    /// Questions that nobody has answered.
    public static let questions = 10
    /// Requests for a conference that nobody has decided on.
    public static let conferenceRequests = 10
    /// Referrals that the hub has not decided; those of immediate risk are counted by themselves.
    public static let referrals = 20
    /// Bytes of those together, as they can stand on the hub's desk at the most.
    public static let referralBytes = 64 * 1024

    /// The limits as the reference has them.
    static var reference: String {
        let rows: [(what: String, most: String, past: String)] = [
            ("lowered thresholds that are held or await their discussion", "\(changes)", "`too-many-open`"),
            (
                "reasons, reasons for urgency and rationales of those, together, the new one's included",
                "\(reasonBytes.grouped) bytes of UTF-8", "`too-many-open`"
            ),
            (
                "notes of the views that it has recorded on what is open, or that wait, together",
                "\(noteBytes.grouped) bytes of UTF-8", "`too-many-open`"
            ),
            ("views that wait for their decision", "\(waitingViews)", "the oldest is handed back in its time"),
            (
                "challenges that are open or may open by themselves, by whose event opens them", "\(challenges)",
                "`too-many-challenges`"
            ),
            ("questions that nobody has answered", "\(questions)", "`too-many-open`"),
            ("requests for a conference that nobody has decided on", "\(conferenceRequests)", "`too-many-open`"),
            (
                "referrals that the hub has not decided; those of immediate risk are counted by themselves",
                "\(referrals), and \(referralBytes.grouped) bytes", "`too-many-referrals`"
            ),
        ]
        return
            "## How much can be open\n\nIn one household an agency can have so much of what is open, and no more; a raised threshold is "
            + "never refused for it. What is over the limit is refused as a whole, with what would make room.\n\n"
            + "| Open, of one agency in one household | At most | Past it |\n|---|---|---|\n"
            + rows.map { "| \($0.what) | \($0.most) | \($0.past) |" }.joined(separator: "\n")
    }
}
