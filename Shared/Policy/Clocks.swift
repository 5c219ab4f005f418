import Safeguarding

/// How long each clock runs (domain.md sections 1.3 and 3.1).
public struct Clocks: Sendable, Equatable {
    /// The hour in London at which working time begins.
    public let openingHour: Int
    /// The hour in London at which working time ends, and working-day clocks fall due.
    public let practiceHour: Int
    /// From referral to the hub's decision: one working day by statutory guidance (T1).
    public let screeningDecision: ClockLength
    /// How soon a red, amber or green referral is to be looked at. Green gathers information; it never relaxes T1.
    public let ratings: [RiskRating: ClockLength]
    /// In which an answer is expected (row A3).
    public let challengeWindow: ClockLength
    /// From a held or urgent change to the reconvened discussion (row A2).
    public let reconvenedDiscussion: ClockLength
    /// From a request for a conference to the decision on it (row B8).
    public let conferenceRequest: ClockLength
    /// From a party's question to the answer of whoever decided.
    public let informationRequest: ClockLength
    /// From a challenge that ended as changed to what it has to bring about (R16).
    public let followThrough: ClockLength
    /// In which the arbiter closes a challenge at the last stage, once neither side can (R15).
    public let arbitration: ClockLength
    /// How long a consultation waits for the decision that it is about before it is handed back (R6).
    public let consultationWaits: ClockLength
    /// How long nothing may happen, by the level that a child is at (row B6). Levels that are not here are not watched.
    public let noProgress: [ThresholdLevel: ClockLength]
    /// When agencies attest who answers for them (row B3).
    public let attestation: Attestation
    /// How a decision that stays overdue moves up the hub (row B2).
    public let overdueDecision: OverdueDecision
    /// Kinds of concern that make a referral amber at least.
    public let amberConcerns: Set<String>
}

extension Clocks {
    static func load(from directory: String, _ problems: inout [PolicyProblem]) -> Clocks? {
        var file = PolicyFile(name: "clocks.yaml")
        defer { problems += file.problems }
        let keys = [
            "openingHour", "practiceHour", "screeningDecision", "ratings", "challengeWindow", "reconvenedDiscussion",
            "overdueDecision", "conferenceRequest", "informationRequest", "followThrough", "arbitration",
            "consultationWaits", "noProgress", "attestation", "amberConcerns",
        ]
        guard let root = file.load(from: directory, keys: keys) else { return nil }
        let opening = file.number(root, "openingHour", in: 6...11)
        let hour = file.number(root, "practiceHour", in: 12...20)
        let screening = file.length(root, "screeningDecision")
        let ratings = file.ratings(root)
        let window = file.length(root, "challengeWindow")
        let discussion = file.length(root, "reconvenedDiscussion")
        let conference = file.length(root, "conferenceRequest")
        let information = file.length(root, "informationRequest")
        let follow = root["followThrough"] == nil ? .workingDays(1) : file.length(root, "followThrough")
        let arbitration = root["arbitration"] == nil ? .workingDays(5) : file.length(root, "arbitration")
        let consultation = file.length(root, "consultationWaits")
        if let consultation, consultation.isUnderAnHour {
            file.refuse(
                root["consultationWaits"], "consultation-too-short",
                "A view is typed before its decision as often as after it: give it an hour at least.")
        }
        let progress = file.noProgress(root)
        let attestation = Attestation(root, &file)
        let overdue = OverdueDecision(root, &file)
        let amber = file.texts(root, "amberConcerns")
        if let hour, let opening { file.refuseBeyondLimits(root, from: opening, to: hour) }
        guard let opening, let hour, let screening, let window, let discussion, let conference, let information,
            let follow, let arbitration, let consultation, let overdue, let attestation, file.problems.isEmpty
        else { return nil }
        return Clocks(
            openingHour: opening, practiceHour: hour, screeningDecision: screening, ratings: ratings,
            challengeWindow: window,
            reconvenedDiscussion: discussion, conferenceRequest: conference, informationRequest: information,
            followThrough: follow, arbitration: arbitration, consultationWaits: consultation, noProgress: progress,
            attestation: attestation, overdueDecision: overdue,
            amberConcerns: Set(amber))
    }
}

extension PolicyFile {
    /// The units of a length: of which there may be how many, and what they make.
    private static let units: [(key: String, range: ClosedRange<Int>, length: @Sendable (Int) -> ClockLength)] = [
        ("minutes", 1...10_000, { .minutes($0) }), ("hours", 1...1000, { .hours($0) }),
        ("workingMinutes", 1...10_000, { .workingMinutes($0) }),
        ("workingHours", 1...1000, { .workingMinutes($0 * 60) }), ("workingDays", 1...100, { .workingDays($0) }),
        ("months", 1...60, { .months($0) }),
    ]

    /// `{ hours: 4 }`, `{ minutes: 30 }`, `{ workingHours: 4 }`, `{ workingMinutes: 90 }`, `{ workingDays: 1 }` or
    /// `{ months: 12 }`
    mutating func length(_ node: YAMLNode, _ key: String) -> ClockLength? {
        guard let value = node[key] else {
            refuse(node, "missing-key", "Add the key '\(key)'.")
            return nil
        }
        let keys = PolicyFile.units.map(\.key)
        guard checkKeys(of: value, keys) else { return nil }
        let given = PolicyFile.units.filter { value[$0.key] != nil }
        guard given.count == 1, let unit = given.first else {
            refuse(value, "clock-length", "Give one of: \(keys.joined(separator: ", ")).")
            return nil
        }
        return number(value, unit.key, in: unit.range).map(unit.length)
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

    fileprivate mutating func noProgress(_ root: YAMLNode) -> [ThresholdLevel: ClockLength] {
        guard let node = root["noProgress"] else {
            refuse(root, "missing-key", "Add the key 'noProgress'.")
            return [:]
        }
        guard checkKeys(of: node, ThresholdLevel.allCases.map(\.rawValue)) else { return [:] }
        var lengths: [ThresholdLevel: ClockLength] = [:]
        var higher: ClockLength?
        for level in ThresholdLevel.allCases where node[level.rawValue] != nil {
            guard let length = length(node, level.rawValue) else { continue }
            if let higher, length.isShorter(than: higher) {
                refuse(
                    node[level.rawValue], "lower-presses-more",
                    "A higher level allows no more time without progress than a lower one.")
            }
            lengths[level] = length
            higher = length
        }
        return lengths
    }

    /// A policy may be stricter than its limits, never laxer.
    fileprivate mutating func refuseBeyondLimits(_ root: YAMLNode, from openingHour: Int, to practiceHour: Int) {
        for limit in ClockLimit.all {
            var node: YAMLNode? = root
            for key in limit.path { node = node?[key] }
            guard let node, let length = lengthIfGiven(node),
                limit.isExceeded(by: length, practiceHour: practiceHour, openingHour: openingHour)
            else { continue }
            let days = limit.workingDays == 1 ? "1 working day" : "\(limit.workingDays) working days"
            refuse(node, limit.rule, "The limit is \(days) (\(limit.source)); shorten the clock.")
        }
    }

    /// The length that stands there; a wrong one has been refused already.
    private func lengthIfGiven(_ node: YAMLNode) -> ClockLength? {
        for unit in PolicyFile.units {
            if let number = node[unit.key]?.text.flatMap({ Int($0) }), unit.range.contains(number) {
                return unit.length(number)
            }
        }
        return nil
    }
}

extension ClockLength {
    /// Whether it is certainly the shorter one; a working day lasts from one day to the next and has eight hours of work, and a
    /// month has 18 to 23 of them.
    func isShorter(than other: ClockLength) -> Bool {
        switch (self, other) {
        case (.workingDays(let left), .workingDays(let right)), (.months(let left), .months(let right)),
            (.workingMinutes(let left), .workingMinutes(let right)):
            left < right
        case (.workingDays(let left), .months(let right)): left < right * 18
        case (.months(let left), .workingDays(let right)): left * 23 < right
        case (.workingMinutes(let left), .workingDays(let right)): left < right * 480
        case (.workingDays(let left), .workingMinutes(let right)): left * 480 < right
        case (.workingMinutes(let left), .months(let right)): left < right * 18 * 480
        case (.months(let left), .workingMinutes(let right)): left * 23 * 480 < right
        default: elapsedMinutes.most < other.elapsedMinutes.least
        }
    }

    /// Whether it may be over within an hour.
    fileprivate var isUnderAnHour: Bool {
        if case .workingMinutes(let minutes) = self { minutes < 60 } else { elapsedMinutes.least < 60 }
    }

    /// How many minutes pass meanwhile.
    private var elapsedMinutes: (least: Int, most: Int) {
        switch self {
        case .minutes(let minutes): (minutes, minutes)
        case .hours(let hours): (hours * 60, hours * 60)
        case .workingMinutes(let minutes): (minutes * 3, minutes * 3)
        case .workingDays(let days): (days * 1440, days * 1440)
        case .months(let months): (months * 28 * 1440, months * 31 * 1440)
        }
    }
}
