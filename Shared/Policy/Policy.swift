import Safeguarding

/// What a partnership has agreed on, as data: its agencies, its clocks, its calendar. A wrong one refuses to load.
public struct Policy: Sendable, Equatable {
    /// The policy's version, which every clock that is armed under it names.
    public let version: String
    /// From when it holds.
    public let effectiveFrom: CalendarDate
    /// Who takes part (`agencies.yaml`).
    public let agencies: AgencyRegister
    /// How long each deadline runs (`clocks.yaml`).
    public let clocks: Clocks
    /// What happens with a notice after it was issued.
    public let notices: NoticeRules
    /// How long records are kept.
    public let retention: Retention
    /// The working days, and when somebody is told that their list ends (`calendar.yaml`).
    public let calendarSettings: CalendarSettings
    /// How agencies are consulted (R3, R5).
    public let consultation: ConsultationRules
    /// Every ladder that there is, by name. A matter stays on the one on which it began.
    public let ladders: [String: Ladder]
    /// The ladder on which a matter begins, where its subject has none of its own.
    public let ladder: Ladder
    /// Ladders of single subjects.
    public let subjectLadders: [Ladder.Subject: Ladder]

    /// Reads `policy.yaml`, `agencies.yaml`, `clocks.yaml`, `notices.yaml`, `retention.yaml`, `calendar.yaml` and
    /// `ladders/`; throws everything that is wrong.
    public static func load(directory: String) throws(PolicyError) -> Policy {
        var problems: [PolicyProblem] = []
        var references: [LadderReference] = []
        let ladders = Ladder.loadAll(from: directory, &references, &problems)
        let head = loadHead(from: directory, ladders, &problems)
        let agencies = AgencyRegister.load(from: directory, &problems)
        if let agencies { Ladder.check(references, against: agencies, &problems) }
        let clocks = Clocks.load(from: directory, &problems)
        let notices = NoticeRules.load(from: directory, &problems)
        let retention = Retention.load(from: directory, &problems)
        let calendar = CalendarSettings.load(from: directory, &problems)
        if let head, let agencies { refuse(head.consultation.arbiter, on: head.arbiterLine, of: agencies, &problems) }
        guard let head, let agencies, let clocks, let notices, let retention, let calendar, problems.isEmpty else {
            throw PolicyError(problems: problems)
        }
        return Policy(
            version: head.version, effectiveFrom: head.effectiveFrom, agencies: agencies, clocks: clocks,
            notices: notices, retention: retention, calendarSettings: calendar, consultation: head.consultation,
            ladders: ladders, ladder: head.ladder, subjectLadders: head.subjectLadders)
    }

    /// The working days.
    public var calendar: WorkingCalendar { calendarSettings.workingDays }

    /// The ladder on which a matter of that subject begins.
    public func ladder(of subject: Ladder.Subject) -> Ladder { subjectLadders[subject] ?? ladder }

    /// When a clock that starts at a moment falls due, and why then.
    ///
    /// - Parameter setting: the one that the length comes from; the clock remembers it, so that it can be projected anew.
    public func due(_ length: ClockLength, from start: Instant, setting: ClockSetting? = nil) -> DueTime {
        length.due(
            from: start, calendar: calendar, practiceHour: clocks.practiceHour, openingHour: clocks.openingHour,
            policyVersion: version, setting: setting?.text)
    }

    /// When a clock that was set under another policy would fall due under this one: by its setting, or by its rule where
    /// this policy has no such setting. `nil` if the rule is no length.
    public func projection(of setting: String?, rule: String, from start: Instant) -> DueTime? {
        let known = setting.flatMap(ClockSetting.init(text:))
        return (known.flatMap(length(of:)) ?? ClockLength(text: rule)).map { due($0, from: start, setting: known) }
    }

    /// What `policy.yaml` says.
    private struct Head {
        let version: String
        let effectiveFrom: CalendarDate
        let ladder: Ladder
        let subjectLadders: [Ladder.Subject: Ladder]
        let consultation: ConsultationRules
        let arbiterLine: Int
    }

    private static func loadHead(
        from directory: String, _ ladders: [String: Ladder], _ problems: inout [PolicyProblem]
    ) -> Head? {
        var file = PolicyFile(name: "policy.yaml")
        let broken = Set(problems.map(\.file))
        defer { problems += file.problems }
        guard
            let root = file.load(
                from: directory,
                keys: [
                    "version", "effectiveFrom", "ladder", "subjectLadders", "quorum", "secondHandViews", "arbiter",
                ])
        else { return nil }
        let version = file.text(root, "version")
        let from = file.date(root, "effectiveFrom")
        let ladder = file.ladder(root, "ladder", of: ladders, broken)
        var subjectLadders: [Ladder.Subject: Ladder] = [:]
        if let node = root["subjectLadders"], file.checkKeys(of: node, Ladder.Subject.allCases.map(\.rawValue)) {
            for subject in Ladder.Subject.allCases where node[subject.rawValue] != nil {
                subjectLadders[subject] = file.ladder(node, subject.rawValue, of: ladders, broken)
            }
        }
        let consultation = ConsultationRules(root, &file)
        guard let version, let from, let consultation, let ladder, file.problems.isEmpty else { return nil }
        return Head(
            version: version, effectiveFrom: from, ladder: ladder, subjectLadders: subjectLadders,
            consultation: consultation, arbiterLine: root["arbiter"]?.line ?? root.line)
    }
}

extension PolicyFile {
    /// The ladder that is named there. One whose file is wrong has been refused already.
    fileprivate mutating func ladder(
        _ node: YAMLNode, _ key: String, of ladders: [String: Ladder], _ broken: Set<String>
    ) -> Ladder? {
        guard let name = text(node, key) else { return nil }
        if ladders[name] == nil, !broken.contains("ladders/\(name).yaml") {
            let names = ladders.keys.sorted().joined(separator: ", ")
            refuse(node[key], "unknown-ladder", "There is no ladder '\(name)'; there are: \(names).")
        }
        return ladders[name]
    }
}
