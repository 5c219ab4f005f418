import Safeguarding

/// What happens with a notice after it was issued: who hears while nobody acknowledges it, and how often a channel is tried.
public struct NoticeRules: Sendable, Equatable {
    /// A step of the ladder of acknowledgement (row A4).
    public struct Step: Sendable, Equatable {
        /// When it falls due, counted from the notice.
        public let workingDays: Int
        /// Stages whose contacts in the silent agency are told.
        public let stages: [Int]
        /// Whether the partnership's business unit is told, too.
        public let isForBusinessUnit: Bool
    }

    /// How long to wait before a channel is tried again.
    public enum Wait: Sendable, Equatable {
        /// Minutes, day and night.
        case minutes(Int)
        /// As long as a clock.
        case length(ClockLength)
    }

    /// What happens while nobody acknowledges a notice, step by step.
    public let acknowledgement: [Step]
    /// The wait after the first attempt of a channel that may succeed later, after the second, and so on. When they are used
    /// up, a person must see to it.
    public let retries: [Wait]
    /// When e-mails go that can wait.
    public let mail: MailRules
}

extension NoticeRules {
    /// Attempts beyond this are no answer to anything.
    static let maximumRetries = 20
    static let maximumSteps = 9

    static func load(from directory: String, _ problems: inout [PolicyProblem]) -> NoticeRules? {
        var file = PolicyFile(name: "notices.yaml")
        defer { problems += file.problems }
        guard let root = file.load(from: directory, keys: ["acknowledgement", "retries", "mail"]) else { return nil }
        let steps = file.steps(root)
        let retries = file.list(root, "retries").compactMap { file.wait($0) }
        if retries.count > maximumRetries {
            file.refuse(root["retries"], "retries-count", "Try again \(maximumRetries) times at the most.")
        }
        let mail = file.mail(root)
        guard let mail, file.problems.isEmpty else { return nil }
        return NoticeRules(acknowledgement: steps, retries: retries, mail: mail)
    }
}

extension Policy {
    /// When a step of the ladder of acknowledgement falls due for a notice that was issued then, and why then. `place`
    /// counts the policy's steps from 0.
    public func due(acknowledgementStep place: Int, from issued: Instant) -> DueTime {
        due(
            .workingDays(notices.acknowledgement[place].workingDays), from: issued,
            setting: .acknowledgement(step: place + 1))
    }

    /// When a channel is tried again after so many attempts; `nil` when it is not.
    public func nextAttempt(after attempts: Int, from now: Instant) -> Instant? {
        guard attempts >= 1, attempts <= notices.retries.count else { return nil }
        switch notices.retries[attempts - 1] {
        case .minutes(let minutes): return now.adding(seconds: Int64(minutes) * 60)
        case .length(let length): return due(length, from: now).due
        }
    }
}

extension PolicyFile {
    fileprivate mutating func steps(_ root: YAMLNode) -> [NoticeRules.Step] {
        var steps: [NoticeRules.Step] = []
        for node in list(root, "acknowledgement") {
            guard let step = step(node) else { continue }
            if let last = steps.last, step.workingDays <= last.workingDays {
                refuse(
                    node["workingDays"], "acknowledgement-order",
                    "Steps come later and later: this one is due after \(step.workingDays) working days, "
                        + "the one before it after \(last.workingDays).")
            }
            steps.append(step)
        }
        if root["acknowledgement"]?.elements != nil, !(1...NoticeRules.maximumSteps).contains(steps.count) {
            // Silence must move the matter up (row A4).
            refuse(
                root["acknowledgement"], "acknowledgement-empty",
                "Give 1 to \(NoticeRules.maximumSteps) steps: somebody must hear when a notice is not acknowledged.")
        }
        return steps
    }

    private mutating func step(_ node: YAMLNode) -> NoticeRules.Step? {
        guard checkKeys(of: node, ["workingDays", "stages", "businessUnit"]) else { return nil }
        let days = number(node, "workingDays", in: 1...100)
        var stages: [Int] = []
        for element in node["stages"] == nil ? [] : list(node, "stages") {
            guard let stage = element.text.flatMap({ Int($0) }), AgencyRegister.stages.contains(stage) else {
                let range = "\(AgencyRegister.stages.lowerBound) to \(AgencyRegister.stages.upperBound)"
                refuse(element, "acknowledgement-contact", "A stage whose contact is told is a number from \(range).")
                continue
            }
            if !stages.contains(stage) { stages.append(stage) }
        }
        let isForUnit = node["businessUnit"] == nil ? false : flag(node, "businessUnit")
        if node["stages"]?.elements?.isEmpty ?? true, isForUnit == false {
            refuse(
                node, "acknowledgement-contact", "Say who is told: 'stages' of contacts, 'businessUnit: true' or both.")
        }
        guard let days, let isForUnit else { return nil }
        return NoticeRules.Step(workingDays: days, stages: stages, isForBusinessUnit: isForUnit)
    }

    /// `{ minutes: 5 }`, `{ hours: 2 }` or `{ workingDays: 1 }`
    fileprivate mutating func wait(_ node: YAMLNode) -> NoticeRules.Wait? {
        guard node.members != nil, checkKeys(of: node, ["minutes", "hours", "workingDays"]) else {
            if node.members == nil { refuse(node, "retries-wait", "Write a wait as { minutes: 5 }.") }
            return nil
        }
        switch (node["minutes"], node["hours"], node["workingDays"]) {
        case (.some, nil, nil): return number(node, "minutes", in: 1...1440).map(NoticeRules.Wait.minutes)
        case (nil, .some, nil): return number(node, "hours", in: 1...1000).map { .length(.hours($0)) }
        case (nil, nil, .some): return number(node, "workingDays", in: 1...30).map { .length(.workingDays($0)) }
        default:
            refuse(node, "retries-wait", "Give one of minutes, hours and workingDays.")
            return nil
        }
    }
}
