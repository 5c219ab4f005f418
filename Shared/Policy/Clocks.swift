import Safeguarding

/// How long each clock runs (domain.md sections 1.3 and 3.1).
public struct Clocks: Sendable, Equatable {
    /// The hour in London at which working-day clocks fall due.
    public let practiceHour: Int
    /// From referral to the hub's decision: one working day by statutory guidance (T1).
    public let screeningDecision: ClockLength
    /// How soon a red, amber or green referral is to be looked at. Green gathers information; it never relaxes T1.
    public let ratings: [RiskRating: ClockLength]
    /// In which an answer is expected (row A3).
    public let challengeWindow: ClockLength
    /// From a held or urgent change to the reconvened discussion (row A2).
    public let reconvenedDiscussion: ClockLength
    /// Kinds of concern that make a referral amber at least.
    public let amberConcerns: Set<String>
}

extension Clocks {
    static func load(from directory: String, _ problems: inout [PolicyProblem]) -> Clocks? {
        var file = PolicyFile(name: "clocks.yaml")
        defer { problems += file.problems }
        let keys = [
            "practiceHour", "screeningDecision", "ratings", "challengeWindow",
            "reconvenedDiscussion", "amberConcerns",
        ]
        guard let root = file.load(from: directory, keys: keys) else { return nil }
        let hour = file.number(root, "practiceHour", in: 8...20)
        let screening = file.length(root, "screeningDecision")
        file.refuseBeyondStatute(screening, root["screeningDecision"], workingDays: 1, "T1, decision on a referral")
        let ratings = file.ratings(root)
        file.refuseBeyondStatute(ratings[.red], root["ratings"]?["red"], workingDays: 1, "T1, decision on a referral")
        file.refuseBeyondStatute(
            ratings[.amber], root["ratings"]?["amber"], workingDays: 1, "T1, decision on a referral")
        let window = file.length(root, "challengeWindow")
        let discussion = file.length(root, "reconvenedDiscussion")
        let amber = file.texts(root, "amberConcerns")
        guard let hour, let screening, let window, let discussion, file.problems.isEmpty else {
            return nil
        }
        return Clocks(
            practiceHour: hour, screeningDecision: screening, ratings: ratings,
            challengeWindow: window, reconvenedDiscussion: discussion, amberConcerns: Set(amber))
    }
}

extension PolicyFile {
    /// `{ hours: 4 }` or `{ workingDays: 1 }`
    mutating func length(_ node: YAMLNode, _ key: String) -> ClockLength? {
        guard let value = node[key] else {
            refuse(node, "missing-key", "Add the key '\(key)'.")
            return nil
        }
        guard checkKeys(of: value, ["hours", "workingDays"]) else { return nil }
        switch (value["hours"], value["workingDays"]) {
        case (.some, nil): return number(value, "hours", in: 1...1000).map(ClockLength.hours)
        case (nil, .some): return number(value, "workingDays", in: 1...100).map(ClockLength.workingDays)
        default:
            refuse(value, "clock-length", "Give either hours or workingDays.")
            return nil
        }
    }

    fileprivate mutating func ratings(_ root: YAMLNode) -> [RiskRating: ClockLength] {
        guard let node = root["ratings"] else {
            refuse(root, "missing-key", "Add the key 'ratings'.")
            return [:]
        }
        guard checkKeys(of: node, RiskRating.allCases.map(\.rawValue)) else { return [:] }
        var ratings: [RiskRating: ClockLength] = [:]
        for rating in RiskRating.allCases { ratings[rating] = length(node, rating.rawValue) }
        return ratings
    }

    /// A policy may be stricter than the statute, never laxer.
    fileprivate mutating func refuseBeyondStatute(
        _ length: ClockLength?, _ node: YAMLNode?, workingDays limit: Int, _ source: String
    ) {
        guard let length else { return }
        let isBeyond =
            switch length {
            case .workingDays(let days): days > limit
            case .hours(let hours): hours > limit * 24
            }
        guard isBeyond else { return }
        refuse(node, "beyond-statutory-limit", "The limit is \(limit) working day(s) (\(source)); shorten the clock.")
    }
}
