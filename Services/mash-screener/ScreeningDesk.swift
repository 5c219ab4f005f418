import Contracts
import Safeguarding

/// The open screening items of one household. A decided item leaves the desk: its outcome is on its topic.
struct ScreeningDesk: Sendable, Equatable {
    /// Open items of one household. Past it a referral joins the newest item instead of making another.
    static let maximumItems = 50

    struct Item: Sendable, Equatable {
        let id: ScreeningItemID
        let referralID: String
        let referrer: AgencyCode
        var children: [PersonID: [AgencyCode: String]]
        var concernKinds: [String]
        var isImmediateRisk: Bool
        var rating: RiskRating
        let receivedAt: Instant
        var clocks: [ScreeningClock]
        var claimedBy: PersonInRole?
        var isOverdue = false
    }

    var items: [Item] = []

    init() {}

    func place(of item: ScreeningItemID) -> Int? { items.firstIndex { $0.id == item } }
}
