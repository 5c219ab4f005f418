import Contracts
import Messaging

/// What others must know of mash-screener.
public enum MashScreenerSpec {
    /// The service.
    public static let service = ServiceSpec(
        "mash-screener",
        purpose: "The hub's desk: referrals become screening items with their clocks; outcomes go to the referrers.",
        defaultPort: 8702, reads: [.facts], writes: [.screeningQueue, .screeningOutcomes, .rulings],
        watches: WatchedTopics([.screeningQueue], advice: "What is open is put there again without anybody's doing."),
        migrations: 0,
        deadlines: [.screeningDecision, .overdueDecision, .rating])
}

extension DeadlineKind {
    /// For the outcome of a referral; its subject is the item.
    public static let screeningDecision = DeadlineKind(rawValue: "screening-decision")
    /// For an outcome that is late already, step by step; its subject is the item.
    public static let overdueDecision = DeadlineKind(rawValue: "overdue-decision")
    /// For somebody to take up a referral, as its rating has it; its subject is the item.
    public static let rating = DeadlineKind(rawValue: "rating")
}
