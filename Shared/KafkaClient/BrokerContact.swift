/// Whether a member of a group can read at all.
public struct ReadingState: Sendable, Equatable {
    /// Since when no broker answers; `nil` while one does.
    public let silentSince: ContinuousClock.Instant?
    /// Whether the group has said what is ours. Nothing may be, if it has more members than partitions.
    public let isMember: Bool
    /// Since when it is, or is not.
    public let memberSince: ContinuousClock.Instant
    /// How many partitions are ours.
    public let partitions: Int
    /// What librdkafka has said last of a connection since a broker answered; `nil` if nothing.
    public let problem: String?

    /// A state.
    public init(
        silentSince: ContinuousClock.Instant?, isMember: Bool, memberSince: ContinuousClock.Instant, partitions: Int,
        problem: String? = nil
    ) {
        self.silentSince = silentSince
        self.isMember = isMember
        self.memberSince = memberSince
        self.partitions = partitions
        self.problem = problem
    }
}

/// What a consumer knows of its brokers and its group. Pure.
///
/// librdkafka says that all brokers are down if it has tried all it knows of, which after a kill takes from a moment to never:
/// one that it has no business with counts as up. So a consumer that hears nothing asks.
struct BrokerContact {
    /// So long nothing may come before the brokers are asked whether they are there.
    static let quiet = Duration.seconds(3)

    private(set) var state: ReadingState
    private var lastHeard: ContinuousClock.Instant

    init(now: ContinuousClock.Instant = .now) {
        lastHeard = now
        state = ReadingState(silentSince: nil, isMember: false, memberSince: now, partitions: 0)
    }

    /// Whether nobody has said anything for a while.
    func shouldAsk(now: ContinuousClock.Instant = .now) -> Bool {
        state.silentSince != nil || lastHeard.duration(to: now) >= BrokerContact.quiet
    }

    /// Messages have come.
    mutating func heard(now: ContinuousClock.Instant = .now) {
        lastHeard = now
        state = state.with(silentSince: nil, problem: nil)
    }

    /// librdkafka says that nobody is there.
    mutating func lost(now: ContinuousClock.Instant = .now) {
        state = state.with(silentSince: state.silentSince ?? now, problem: state.problem)
    }

    /// librdkafka says what stood in the way of a connection.
    mutating func failed(because problem: String) {
        state = state.with(silentSince: state.silentSince, problem: problem)
    }

    /// Somebody was asked.
    mutating func asked(isAnswered: Bool, now: ContinuousClock.Instant = .now) {
        if isAnswered { heard(now: now) } else { lost(now: now) }
    }

    /// The group has said what is ours.
    mutating func assigned(_ partitions: Int, now: ContinuousClock.Instant = .now) {
        lastHeard = now
        state = ReadingState(silentSince: nil, isMember: true, memberSince: now, partitions: partitions)
    }

    /// Nothing is ours any more.
    mutating func revoked(now: ContinuousClock.Instant = .now) {
        state = ReadingState(
            silentSince: state.silentSince, isMember: false, memberSince: now, partitions: 0, problem: state.problem)
    }
}

extension ReadingState {
    fileprivate func with(silentSince: ContinuousClock.Instant?, problem: String?) -> ReadingState {
        ReadingState(
            silentSince: silentSince, isMember: isMember, memberSince: memberSince, partitions: partitions,
            problem: problem)
    }
}
