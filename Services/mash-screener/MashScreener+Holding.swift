import Contracts
import Safeguarding

/// Who holds an item, and what can have an effect on it as it stands.
extension MashScreener {
    /// What stands against a screener's action: somebody else holds the item, or nothing would come of it; `nil` if nothing does.
    ///
    /// Whoever holds an item decides it. Nobody can keep it from being decided, by a claim before a day off: anybody at the hub
    /// releases it, which is on record with their name, and claims it then.
    func refusal(of screening: ScreeningFact, on item: ScreeningItemUpdated) -> RefusalReason? {
        // The same person may leave out how they are reached, or be called something else today.
        let isHeldByAnother = item.claimedBy.map { $0.name != screening.by.name } ?? false
        switch screening.action {
        case .claimed where isHeldByAnother:
            return RefusalReason(
                path: "/data/itemId", code: .itemClaimed,
                message:
                    "Somebody else has claimed this item. They can release it, or you can in their place (screening.released, in your "
                    + "own name), and claim it then.")
        case .decided where isHeldByAnother:
            return RefusalReason(
                path: "/data/by", code: .itemClaimed,
                message:
                    "Somebody else has claimed this item, and decides it. If they cannot, release it in their place "
                    + "(screening.released, in your own name), claim it, and decide it then.")
        case .claimed where item.claimedBy != nil:
            return RefusalReason(
                path: "/data/itemId", code: .onRecord,
                message: "You have claimed this item already. Decide it, or release it.")
        case .released where item.claimedBy == nil:
            return RefusalReason(
                path: "/data/itemId", code: .onRecord,
                message: "Nobody has claimed this item, so there is nothing to give back.")
        case .rated(item.rating, _):
            return RefusalReason(
                path: "/data/rating", code: .onRecord,
                message:
                    "The item has this rating already, and nothing would change. Rate it otherwise, or say what you have found out in "
                    + "the outcome's reason.")
        case .claimed, .released, .decided, .rated: return nil
        }
    }
}

extension RefusalCode {
    /// Somebody else has the item.
    static let itemClaimed = RefusalCode(rawValue: "item-claimed")
    /// It is so already.
    static let onRecord = RefusalCode(rawValue: "on-record")
}
