import KafkaClient
import Safeguarding

/// What is to be done with each message of a batch, decided from what the database says: pure.
struct BatchPlan {
    enum Disposition: Equatable {
        /// New: handle it.
        case handle
        /// This very record was read before.
        case alreadyRead
        /// The same event came before under another offset.
        case repeated
        /// Its household waits behind a message that failed: keep it, in order.
        case waits(HouseholdID)
    }

    /// The next offset of each partition as the database has it. A partition without one is not ours.
    let positions: [TopicPartition: Int64]
    /// The identities that this transaction was first to insert.
    let fresh: Set<EventIdentity>
    /// Which guards are up; all of them outside guard-off tests.
    let guards: EngineGuards

    private(set) var parked: Set<HouseholdID>
    private var taken: Set<EventIdentity> = []
    private(set) var advanced: [TopicPartition: Position] = [:]

    init(
        positions: [TopicPartition: Int64], fresh: Set<EventIdentity>, parked: Set<HouseholdID>,
        guards: EngineGuards = .all
    ) {
        self.positions = positions
        self.fresh = fresh
        self.parked = guards.parking ? parked : []
        self.guards = guards
    }

    /// The message's fate, in the batch's order. Every message moves its partition forward, whatever becomes of it.
    mutating func disposition(of message: InboundMessage, household: HouseholdID?) -> Disposition {
        let partition = message.topicPartition
        let next = advanced[partition]?.nextOffset ?? positions[partition] ?? 0
        if guards.position, message.record.offset < next { return .alreadyRead }
        let reached = message.position.furthest(advanced[partition])
        precondition(reached.nextOffset > message.record.offset, "a partition does not move past its message")
        advanced[partition] = reached
        if guards.inbox {
            guard fresh.contains(message.identity), taken.insert(message.identity).inserted else {
                return .repeated
            }
        }
        if let household, parked.contains(household) { return .waits(household) }
        return .handle
    }

    /// Moves on past messages that needed no handling. Never backwards: another owner may be further.
    mutating func pass(_ passed: [TopicPartition: Position]) {
        for (partition, position) in passed where position.nextOffset > positions[partition] ?? 0 {
            advanced[partition] = position.furthest(advanced[partition])
        }
    }

    /// From here on the household's messages wait.
    mutating func park(_ household: HouseholdID) {
        if guards.parking { parked.insert(household) }
    }
}
