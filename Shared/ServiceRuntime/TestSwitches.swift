/// Settings that make a service fail on purpose. They work only together with a second one that nobody sets by the way, and
/// a service that has any says so in its log and on its health page.
public struct TestSwitches: Sendable, Equatable {
    /// The settings that only tests may use.
    public static let names = ["KEEPSIGHT_FAILPOINTS", "KEEPSIGHT_WITHOUT_GUARDS"]
    /// The second setting.
    public static let consentName = "KEEPSIGHT_TEST_SWITCHES"
    /// Its only value.
    public static let consent = "yes-i-am-a-test"

    /// Those that are set.
    public let active: [String]
    /// Whether they may be: none is set, or the second setting is there too.
    public let hasConsent: Bool

    init(in environment: [String: String]) {
        active = TestSwitches.names.filter { environment[$0]?.isEmpty == false }
        hasConsent = active.isEmpty || environment[TestSwitches.consentName] == TestSwitches.consent
    }

    /// For tests, and for commands that make faults on purpose: the environment of a process, with the second setting if one
    /// of the first is in it.
    public static func consenting(_ environment: [String: String]) -> [String: String] {
        guard names.contains(where: { environment[$0]?.isEmpty == false }) else { return environment }
        return environment.merging([consentName: consent]) { given, _ in given }
    }

    /// Why a process does not start with them.
    var refusal: String {
        "\(active.joined(separator: " and ")) make a service fail on purpose, which is for tests only: unset what is set, or, "
            + "on a machine with nothing but tests, set \(TestSwitches.consentName)=\(TestSwitches.consent) as well."
    }

    /// Says at start, where nobody can overlook it, that the process is not one to trust.
    public func announce(to log: Log, _ health: HealthState) {
        guard !active.isEmpty else { return }
        let names = active.joined(separator: " and ")
        log.error(
            "test-switches",
            "\(names) is in force: this process fails on purpose. It is for tests and for nothing else.")
        health.report(
            .testSwitches,
            .attention("\(names) is in force: this process fails on purpose. Unset it and start the service again."))
    }
}

extension HealthState.Component {
    /// Settings that only tests may use, if any is in force.
    public static let testSwitches = HealthState.Component(rawValue: "test-switches")
}
