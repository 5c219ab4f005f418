import Contracts
import Messaging
import Safeguarding

/// Who writes and reads which topic: a line for each, as deploy/README.md shows it and `keepsight topics list` prints it.
public enum TopicTable {
    /// One topic, or one that every agency or service has.
    public struct Line: Sendable, Equatable {
        /// Its name; `<code>` and `<service>` stand for an agency and a service.
        public let topic: String
        /// Its partitions.
        public let partitions: Int
        /// How long its records stay, in words.
        public let kept: String
        /// Who writes it.
        public let writers: [String]
        /// Who reads it.
        public let readers: [String]
    }

    /// Every kind of topic, under a prefix, by what these services declare.
    public static func lines(_ topics: Topics = Topics(), services: [ServiceSpec] = ServiceRegistry.all) -> [Line] {
        TopicKind.allCases.compactMap { kind in line(kind, topics, services) }
    }

    private static func line(_ kind: TopicKind, _ topics: Topics, _ services: [ServiceSpec]) -> Line? {
        guard let agency = AgencyCode("code") else { return nil }
        let topic =
            kind == .deadLetters ? topics.deadLetters(of: "service") : topics.of(kind, agencies: [agency]).first
        guard let topic else { return nil }
        var writers = services.filter { $0.writes.contains(kind) }.map(\.name)
        var readers = services.filter { $0.reads.contains(kind) }.map(\.name)
        if kind == .events { writers = ["agency-<code>"] }
        if kind == .deadLetters { writers = ["<service>"] }
        if kind == .screeningQueue { readers.append("the hub") }
        readers += topic.readers.map { $0 == .agency(agency) ? "agency-<code>" : $0.commonName }
        let name = topic.name.replacing("agency.code.", with: "agency.<code>.")
            .replacing("dead-letters.service", with: "dead-letters.<service>")
        return Line(
            topic: name, partitions: topic.partitions, kept: topic.retention.words, writers: writers, readers: readers)
    }

    /// The table in Markdown.
    public static var markdown: String {
        let rows = lines().map { line in
            "| `\(line.topic)` | \(line.writers.map { "`\($0)`" }.joined(separator: ", ")) "
                + "| \(line.readers.map { $0.contains(" ") ? $0 : "`\($0)`" }.joined(separator: ", ")) "
                + "| \(line.partitions) | \(line.kept) |"
        }
        return
            (["| Topic | Written by | Read by | Partitions | Records |", "|---|---|---|---|---|"] + rows).joined(
                separator: "\n")
    }
}

extension Topics.Topic.Retention {
    /// How long records stay, in words.
    public var words: String {
        switch self {
        case .days(let days): "kept \(days) days"
        case .compacted: "the latest of each key"
        }
    }
}
