import Safeguarding

/// How long each kind of record is kept (`retention.yaml`). What is older is removed, unless its household is under a legal hold.
public struct Retention: Sendable, Equatable {
    /// A kind of record, by its key in the file.
    public enum Kind: String, Sendable, CaseIterable {
        /// Who the children are, and which decision is about whom: from the last event about their household.
        case people
        /// Events as they came through intake.
        case journal
        /// Notices, and what was said to them.
        case notices
        /// Challenges and their steps.
        case escalations
        /// E-mails and webhooks.
        case deliveries
        /// Clocks that were moved on request.
        case clockMoves
        /// Operators' requests.
        case operatorRequests
        /// Records of the topics of dead letters.
        case deadLetters

        /// What it is a part of, and so cannot outlive.
        fileprivate var whole: Kind? {
            switch self {
            case .journal: .people
            case .deliveries: .notices
            case .clockMoves: .operatorRequests
            case .people, .notices, .escalations, .operatorRequests, .deadLetters: nil
            }
        }

        /// The shortest time that makes sense, in days: the record of what happened to a child outlasts the year in which
        /// it is reviewed; a dead letter outlasts a holiday.
        fileprivate var leastDays: Int {
            switch self {
            case .people, .journal, .notices, .escalations: 365
            case .deliveries, .clockMoves, .operatorRequests: 90
            case .deadLetters: 14
            }
        }
    }

    private let lengths: [Kind: RetentionLength]

    /// How long a kind is kept.
    public subscript(_ kind: Kind) -> RetentionLength { lengths[kind] ?? .years(Retention.maximumYears) }
}

extension Retention {
    static let maximumYears = 100
    static let maximumDays = maximumYears * 365

    static func load(from directory: String, _ problems: inout [PolicyProblem]) -> Retention? {
        var file = PolicyFile(name: "retention.yaml")
        defer { problems += file.problems }
        let keys = Kind.allCases.map(\.rawValue)
        guard let root = file.load(from: directory, keys: keys) else { return nil }
        var lengths: [Kind: RetentionLength] = [:]
        for kind in Kind.allCases { lengths[kind] = file.length(root, kind) }
        for kind in Kind.allCases {
            guard let whole = kind.whole, let part = lengths[kind], let kept = lengths[whole],
                part.atLeastDays > kept.atLeastDays
            else { continue }
            file.refuse(
                root[kind.rawValue], "part-outlives-whole",
                "'\(kind.rawValue)' belong to '\(whole.rawValue)' and cannot be kept longer.")
        }
        return file.problems.isEmpty ? Retention(lengths: lengths) : nil
    }
}

extension PolicyFile {
    /// `{ years: 35 }` or `{ days: 90 }`
    fileprivate mutating func length(_ root: YAMLNode, _ kind: Retention.Kind) -> RetentionLength? {
        guard let node = root[kind.rawValue] else {
            refuse(root, "missing-key", "Add the key '\(kind.rawValue)'.")
            return nil
        }
        guard node.members != nil, checkKeys(of: node, ["years", "days"]) else {
            if node.members == nil { refuse(node, "retention-length", "Write a length as { years: 35 }.") }
            return nil
        }
        let length: RetentionLength?
        switch (node["years"], node["days"]) {
        case (.some, nil): length = number(node, "years", in: 1...Retention.maximumYears).map(RetentionLength.years)
        case (nil, .some): length = number(node, "days", in: 1...Retention.maximumDays).map(RetentionLength.days)
        default:
            refuse(node, "retention-length", "Give one of years and days.")
            return nil
        }
        guard let length else { return nil }
        guard length.atLeastDays >= kind.leastDays else {
            refuse(node, "retention-too-short", "Keep '\(kind.rawValue)' for \(kind.leastDays) days at the least.")
            return nil
        }
        return length
    }
}
