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
    /// The kinds of faults that are made.
    var kinds = Fault.allCases
    /// After which no further fault is begun, in minutes: the run says how many there were.
    var minutes = 24 * 60
}

/// Something that goes wrong.
enum Fault: String, CaseIterable, Sendable {
    /// A service's process ends in the middle of whatever it does, and is started again.
    case kill
    /// A service's process stands still for longer than its group waits for it, and goes on: the zombie.
    case freeze
    /// A replica leaves in good order and comes back: two rebalances.
    case leave
    /// Every connection of the services to the database is cut.
    case cutConnections = "cut-connections"
    /// The connection that leads a relay is cut.
    case cutRelay = "cut-relay"
    /// The database refuses a commit at a failpoint, as a full disk makes it.
    case refuseCommit = "refuse-commit"
    /// The database refuses connections for a while, at a failpoint.
    case refuseConnections = "refuse-connections"
    /// The database dies and comes back, as after a power cut.
    case restartDatabase = "restart-database"
    /// A broker is killed, and comes back seconds later.
    case restartBroker = "restart-broker"
    /// A service may not write one of its tables for some seconds.
    case withdrawPrivileges = "withdraw-privileges"
    /// An agency publishes bytes that are no event, and records that unpack to a thousand times their size.
    case hostileRecords = "hostile-records"
    /// An agency publishes events with U+0000 in a string.
    case controlCharacters = "control-characters"
    /// The process that leads a service's relay stands still for longer than its lead lasts, and goes on.
    case hangLeader = "hang-leader"
    /// A second process is started under a replica's name.
    case startTwin = "start-twin"
    /// The database is replaced by a standby that lags: what was committed in the last seconds is forgotten.
    case forgetCommits = "forget-commits"
    /// The disk that one of the tables is on is full for some seconds.
    case fillDisk = "fill-disk"

    /// How it is called in the report.
    var words: String {
        switch self {
        case .kill: "service killed"
        case .freeze: "service frozen"
        case .leave: "replica left and came back"
        case .cutConnections: "connections cut"
        case .cutRelay: "relay lost the lead"
        case .refuseCommit: "commit refused"
        case .refuseConnections: "connections refused"
        case .restartDatabase: "database restarted"
        case .restartBroker: "broker killed and restarted"
        case .withdrawPrivileges: "privileges withdrawn"
        case .hostileRecords: "hostile records published"
        case .controlCharacters: "U+0000 published in strings"
        case .hangLeader: "relay's leader hung"
        case .startTwin: "second process under a replica's name"
        case .forgetCommits: "fail-over to a standby that lagged"
        case .fillDisk: "disk filled"
        }
    }

    /// How often it comes, against the others. What stops everybody for seconds comes rarely.
    var weight: Int {
        switch self {
        case .kill: 8
        case .leave, .cutConnections, .cutRelay, .refuseCommit, .refuseConnections, .withdrawPrivileges,
            .hostileRecords, .controlCharacters:
            4
        case .freeze, .restartDatabase, .hangLeader, .startTwin, .fillDisk: 2
        case .restartBroker, .forgetCommits: 1
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

    /// So many faults of these kinds: one of each kind in some order, so that a short run sees them all, and then by weight.
    mutating func faults(_ count: Int, of kinds: [Fault] = Fault.allCases) -> [Fault] {
        guard !kinds.isEmpty else { return [] }
        var faults = Array(kinds.shuffled(using: &self).prefix(count))
        while faults.count < count { faults.append(fault(of: kinds)) }
        return faults
    }

    /// One fault, by weight.
    private mutating func fault(of kinds: [Fault]) -> Fault {
        var place = Int.random(in: 0..<kinds.reduce(0) { $0 + $1.weight }, using: &self)
        for fault in kinds {
            place -= fault.weight
            if place < 0 { return fault }
        }
        return kinds[0]
    }
}
