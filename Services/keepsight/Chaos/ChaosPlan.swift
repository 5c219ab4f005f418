/// What is to be done to the services, and with which seed: the same seed makes the same faults in the same order.
struct ChaosPlan: Sendable {
    let faults: Int
    let seed: UInt64
    /// Households that decisions are published about.
    let households: Int
    /// Decisions a second, all the while.
    let rate: Int
    /// Kafka brokers; with three or more every record is on three of them, and one is away at a time.
    let brokers: Int
    /// Guards that are switched off, for a run that must fail.
    let withoutGuards: String
}

/// Something that goes wrong.
enum Fault: String, CaseIterable, Sendable {
    /// A service's process ends in the middle of whatever it does, and is started again.
    case kill = "service killed"
    /// A service's process stands still for longer than its group waits for it, and goes on: the zombie.
    case freeze = "service frozen"
    /// A replica leaves in good order and comes back: two rebalances.
    case leave = "replica left and came back"
    /// Every connection of the services to the database is cut.
    case cutConnections = "connections cut"
    /// The connection that leads a relay is cut.
    case cutRelay = "relay lost the lead"
    /// The database refuses a commit at a failpoint, as a full disk makes it.
    case refuseCommit = "commit refused"
    /// The database refuses connections for a while, at a failpoint.
    case refuseConnections = "connections refused"
    /// The database dies and comes back, as after a power cut.
    case restartDatabase = "database restarted"
    /// A broker is killed, and comes back seconds later.
    case restartBroker = "broker killed and restarted"

    /// How often it comes, against the others. What stops everybody for seconds comes rarely.
    var weight: Int {
        switch self {
        case .kill: 8
        case .leave, .cutConnections, .cutRelay, .refuseCommit, .refuseConnections: 4
        case .freeze, .restartDatabase: 2
        case .restartBroker: 1
        }
    }
}

/// SplitMix64: small, and the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// So many faults: one of each kind in some order, so that a short run sees them all, and then by weight.
    mutating func faults(_ count: Int) -> [Fault] {
        var faults = Array(Fault.allCases.shuffled(using: &self).prefix(count))
        while faults.count < count { faults.append(fault()) }
        return faults
    }

    /// One fault, by weight.
    private mutating func fault() -> Fault {
        var place = Int.random(in: 0..<Fault.allCases.reduce(0) { $0 + $1.weight }, using: &self)
        for fault in Fault.allCases {
            place -= fault.weight
            if place < 0 { return fault }
        }
        return .kill
    }
}
