import CommandRuntime
import Contracts
import Safeguarding
import ServiceRuntime

/// How much of the brokers one agency may take, so that none of them takes it from the others. Pure.
///
/// Kafka holds back whoever exceeds a quota; nothing is refused or lost. Fair reading behind it is the services' own.
struct QuotaPlan: Sendable, Equatable {
    /// A quota that is set by the environment.
    struct Setting: Sendable {
        /// The variable.
        let variable: String
        /// What Kafka calls it.
        let name: String
        /// What may stand there, and what is taken where nothing does.
        let range: ClosedRange<Int>
        let usual: Int
        /// What is counted.
        let unit: String
    }

    /// Each is for one agency and one broker. A mebibyte a second is some hundreds of events; less than the longest event in a
    /// second would hold back who sends one.
    static let settings = [
        Setting(
            variable: "KEEPSIGHT_AGENCY_BYTES_PER_SECOND", name: "producer_byte_rate", range: 262_144...1_073_741_824,
            usual: 1_048_576, unit: "bytes written in a second"),
        Setting(
            variable: "KEEPSIGHT_AGENCY_REQUEST_PERCENT", name: "request_percentage", range: 5...10_000, usual: 50,
            unit: "per cent of one request thread's time"),
    ]

    /// Values by Kafka's names.
    let limits: [String: Int]

    /// As the environment says.
    init(environment: [String: String]) throws {
        var limits: [String: Int] = [:]
        for setting in QuotaPlan.settings {
            guard let text = environment[setting.variable], !text.isEmpty else {
                limits[setting.name] = setting.usual
                continue
            }
            guard let value = Int(text), setting.range.contains(value) else {
                throw CommandFailure(
                    .configuration,
                    "\(setting.variable) is a whole number of \(setting.unit), from \(setting.range.lowerBound) to "
                        + "\(setting.range.upperBound).")
            }
            limits[setting.name] = value
        }
        self.limits = limits
    }

    /// For whoever reads it.
    var text: String { limits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }

    /// What Kafka calls an agency where it is about quotas.
    static func user(_ agency: AgencyCode) -> String { "CN=" + Principal.agency(agency).commonName }

    /// Users and their quotas, from what `kafka-configs.sh --describe --entity-type users` prints.
    static func read(_ text: String) -> [String: [String: Double]] {
        var found: [String: [String: Double]] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "'", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "Quota configs for user-principal ", parts[2].hasPrefix(" are ") else {
                continue
            }
            for pair in parts[2].dropFirst(" are ".count).split(separator: ",") {
                let words = pair.split(separator: "=").map { String($0.filter { $0 != " " }) }
                if words.count == 2, let value = Double(words[1]) {
                    found[String(parts[1]), default: [:]][words[0]] = value
                }
            }
        }
        return found
    }

    /// The agencies whose quotas are not these.
    func others(_ agencies: [AgencyCode], _ present: [String: [String: Double]]) -> [AgencyCode] {
        agencies.filter { agency in
            let there = present[QuotaPlan.user(agency)] ?? [:]
            return limits.contains { there[$0.key] != Double($0.value) }
        }
    }

    /// What `kafka-configs.sh` is told, without where the brokers are.
    func words(setting agency: AgencyCode) -> [String] {
        let text = limits.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        return ["--alter", "--entity-type", "users", "--entity-name", QuotaPlan.user(agency), "--add-config", text]
    }
}
