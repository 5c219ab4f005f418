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
    /// The ladder on which a matter begins.
    public let ladder: Ladder

    /// Reads `policy.yaml`, `agencies.yaml`, `clocks.yaml`, `notices.yaml`, `retention.yaml`, `calendar.yaml` and
    /// `ladders/`; throws everything that is wrong.
    public static func load(directory: String) throws(PolicyError) -> Policy {
        var problems: [PolicyProblem] = []
        let ladders = Ladder.loadAll(from: directory, &problems)
        let head = loadHead(from: directory, ladders, &problems)
        let agencies = AgencyRegister.load(from: directory, &problems)
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
            ladders: ladders, ladder: head.ladder)
    }

    /// The working days.
    public var calendar: WorkingCalendar { calendarSettings.workingDays }

    /// When a clock that starts at a moment falls due, and why then.
    ///
    /// - Parameter setting: the one that the length comes from; the clock remembers it, so that it can be projected anew.
    public func due(_ length: ClockLength, from start: Instant, setting: ClockSetting? = nil) -> DueTime {
        length.due(
            from: start, calendar: calendar, practiceHour: clocks.practiceHour, policyVersion: version,
            setting: setting?.text)
    }

    /// When a clock that was set under another policy would fall due under this one: by its setting, or by its rule where
    /// this policy has no such setting. `nil` if the rule is no length.
    public func projection(of setting: String?, rule: String, from start: Instant) -> DueTime? {
        let known = setting.flatMap(ClockSetting.init(text:))
        return (known.flatMap(length(of:)) ?? ClockLength(text: rule)).map { due($0, from: start, setting: known) }
    }

    private static func loadHead(
        from directory: String, _ ladders: [String: Ladder], _ problems: inout [PolicyProblem]
    ) -> (
        version: String, effectiveFrom: CalendarDate, ladder: Ladder, consultation: ConsultationRules, arbiterLine: Int
    )? {
        var file = PolicyFile(name: "policy.yaml")
        defer { problems += file.problems }
        guard
            let root = file.load(
                from: directory, keys: ["version", "effectiveFrom", "ladder", "quorum", "secondHandViews", "arbiter"])
        else { return nil }
        let version = file.text(root, "version")
        let from = file.date(root, "effectiveFrom")
        let name = file.text(root, "ladder")
        if let name, ladders[name] == nil, !problems.contains(where: { $0.file == "ladders/\(name).yaml" }) {
            let names = ladders.keys.sorted().joined(separator: ", ")
            file.refuse(root["ladder"], "unknown-ladder", "There is no ladder '\(name)'; there are: \(names).")
        }
        let consultation = ConsultationRules(root, &file)
        guard let version, let from, let consultation, let ladder = name.flatMap({ ladders[$0] }) else { return nil }
        return (version, from, ladder, consultation, root["arbiter"]?.line ?? root.line)
    }
}
