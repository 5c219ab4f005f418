import ServiceRuntime

/// The engine's guards, each of which tests can switch off to see that they notice: see `Tests/README.md`.
public struct EngineGuards: Sendable, Equatable {
    /// A guard by the name under which it is switched off.
    public enum Name: String, CaseIterable, Sendable {
        /// The same event under another offset is dropped.
        case inbox
        /// The same offset read again, by whichever owner, is dropped.
        case position
        /// A household's row is locked before an outbox id is drawn, and its document written only over what was read.
        case householdLock = "household-lock"
        /// One relay at a time carries the outbox.
        case leadership
        /// A relay that takes the lead looks on the topics for what its predecessor has produced.
        case recovery
        /// Kafka is told of an offset only when it is in effect, and reading begins where the position row says.
        case offsetAfterCommit = "offset-after-commit"
        /// A household waits behind its message that failed.
        case parking
        /// A clock that fires is no longer set.
        case deadlineState = "deadline-state"
        /// What stands on a topic is known again by a name that cannot recur, not by the id of its row.
        case recordNames = "record-names"
        /// A position that lies before what this process had seen in effect is read again from.
        case positionWentBack = "position-went-back"
        /// What is known in memory goes with the connection that it was read or written on.
        case memory
        /// A lead that is not renewed is taken away.
        case lease
    }

    private let off: Set<Name>

    /// Everything guarded.
    public static let all = EngineGuards(without: [])

    /// Everything but these. For tests only.
    public init(without off: Set<Name>) {
        self.off = off
    }

    /// Reads a list such as `inbox`, `position`. For tests only. `nil` if a name is none of a guard.
    public init?(withoutNamed names: [String]) {
        let known = names.compactMap(Name.init(rawValue:))
        guard known.count == names.count else { return nil }
        off = Set(known)
    }

    var inbox: Bool { !off.contains(.inbox) }
    var position: Bool { !off.contains(.position) }
    var householdLock: Bool { !off.contains(.householdLock) }
    var leadership: Bool { !off.contains(.leadership) }
    var recovery: Bool { !off.contains(.recovery) }
    var offsetAfterCommit: Bool { !off.contains(.offsetAfterCommit) }
    var parking: Bool { !off.contains(.parking) }
    var deadlineState: Bool { !off.contains(.deadlineState) }
    var recordNames: Bool { !off.contains(.recordNames) }
    var positionWentBack: Bool { !off.contains(.positionWentBack) }
    var memory: Bool { !off.contains(.memory) }
    var lease: Bool { !off.contains(.lease) }
}

extension ServiceSettings {
    /// The guards that `KEEPSIGHT_WITHOUT_GUARDS` leaves up.
    public var guards: EngineGuards {
        get throws(SettingsError) {
            guard let guards = EngineGuards(withoutNamed: withoutGuards) else {
                let names = EngineGuards.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw SettingsError(problems: ["KEEPSIGHT_WITHOUT_GUARDS is wrong: the guards are \(names)."])
            }
            return guards
        }
    }
}
