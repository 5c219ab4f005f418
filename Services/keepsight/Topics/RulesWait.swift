import CommandRuntime
import KafkaClient

/// How long brokers that took access rules may need until all of them show them. Brokers under load were seen to need more
/// than ten seconds. Pure: the caller asks the brokers and holds the time.
struct RulesWait {
    /// What to do after one more look.
    enum Step: Equatable {
        case done
        case again
        /// Like `again`, after a sentence about what is waited for, which is said once.
        case note
        case giveUp
    }

    static let longest: Duration = .seconds(60)
    static let noteAfter: Duration = .seconds(5)

    let difference: TopicDifference
    private var isNoted = false

    init(_ difference: TopicDifference) {
        self.difference = difference
    }

    /// The brokers show `present`, so long after they accepted the rules.
    mutating func next(_ present: Set<KafkaAccessRule>, after passed: Duration) -> Step {
        if present.isSuperset(of: difference.missingRules), present.isDisjoint(with: difference.surplusRules) {
            return .done
        }
        guard passed < Self.longest else { return .giveUp }
        guard !isNoted, passed >= Self.noteAfter else { return .again }
        isNoted = true
        return .note
    }
}
