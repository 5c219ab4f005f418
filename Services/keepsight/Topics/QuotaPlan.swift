import Contracts
import Safeguarding

/// How much of the brokers one agency may take, so that none of them takes it from the others. Pure.
///
/// Kafka holds back whoever exceeds a quota; nothing is refused or lost. Fair reading behind it is the services' own.
enum QuotaPlan {
    /// By Kafka's names: bytes that may be written in a second, and the share of one request thread's time, in per cent.
    /// A mebibyte a second is some hundreds of events.
    static let limits = ["producer_byte_rate": 1_048_576, "request_percentage": 50]

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
    static func others(_ agencies: [AgencyCode], _ present: [String: [String: Double]]) -> [AgencyCode] {
        agencies.filter { agency in
            let there = present[user(agency)] ?? [:]
            return limits.contains { there[$0.key] != Double($0.value) }
        }
    }

    /// What `kafka-configs.sh` is told, without where the brokers are.
    static func words(setting agency: AgencyCode) -> [String] {
        let text = limits.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        return ["--alter", "--entity-type", "users", "--entity-name", user(agency), "--add-config", text]
    }
}
