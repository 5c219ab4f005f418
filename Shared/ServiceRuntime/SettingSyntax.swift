import Glibc

/// What settings have to look like that every program of Keepsight reads alike, so that one that is wrong is named at the start
/// and not by a server that makes nothing of it.
public enum SettingSyntax {
    /// What is wrong with those of the environment that are set, a sentence for each.
    public static func problems(in environment: [String: String]) -> [String] {
        checks.compactMap { name, advice, isRight in
            guard let value = environment[name], !value.isEmpty, !isRight(value) else { return nil }
            return sentence(name, advice)
        }
    }

    /// What is said of a setting that is wrong.
    public static func sentence(_ name: String, _ advice: String) -> String { "\(name) is wrong: \(advice)." }

    private static let checks: [(name: String, advice: String, isRight: @Sendable (String) -> Bool)] = [
        ("KAFKA_BOOTSTRAP_SERVERS", "give host:port, several separated by commas", isServers),
        ("KEEPSIGHT_TOPIC_PREFIX", "use up to 100 letters, digits, '.', '_' and '-'", isName),
        ("KEEPSIGHT_REPLICA", "use up to 100 letters, digits, '.', '_' and '-'", isName),
        ("KEEPSIGHT_HTTP_ADDRESS", "give an IPv4 address and a port, as in 127.0.0.1:8701", isAddress),
    ]

    /// What Kafka lets a topic or a group be called, with room for what stands behind it.
    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= 100
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    /// librdkafka takes a blank for a part of a name, and never finds it.
    private static func isServers(_ text: String) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { entry in
            guard let colon = entry.lastIndex(of: ":"), colon != entry.startIndex,
                entry.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { return false }
            return isPort(entry[entry.index(after: colon)...])
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        // The four bytes of an `in_addr`, which is another header's where other C libraries are read first.
        var address: UInt32 = 0
        let port = text[text.index(after: colon)...]
        return inet_pton(AF_INET, String(text[..<colon]), &address) == 1 && (port == "0" || isPort(port))
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt16(text).map { $0 > 0 } == true
    }
}
