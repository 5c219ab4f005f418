import Safeguarding

/// What a partnership says of its working days (`calendar.yaml`).
public struct CalendarSettings: Sendable, Equatable {
    /// The working days.
    public let workingDays: WorkingCalendar
    /// From how many days before the end of the last year that the list covers somebody is told.
    public let warnDays: Int
    /// Where the list is named, for whoever is told.
    let place: PolicyPlace

    /// What is to be said of how far the list goes, on a day; `nil` if nothing.
    public func warning(on day: CalendarDate) -> String? { workingDays.warning(on: day, warnDays: warnDays) }
}

/// A line of a file of the policy.
struct PolicyPlace: Sendable, Equatable {
    let file: String
    let line: Int
}

extension Policy {
    /// What is not wrong and yet to be seen to, on a day: each with its place and rule, as what is wrong has them.
    public func warnings(on day: CalendarDate) -> [PolicyProblem] {
        calendarSettings.warning(on: day).map {
            [
                PolicyProblem(
                    file: calendarSettings.place.file, line: calendarSettings.place.line, rule: "calendar-ends",
                    message: $0)
            ]
        } ?? []
    }
}

extension CalendarSettings {
    static func load(from directory: String, _ problems: inout [PolicyProblem]) -> CalendarSettings? {
        var file = PolicyFile(name: "calendar.yaml")
        var listProblems: [PolicyProblem] = []
        defer { problems += file.problems + listProblems }
        guard let root = file.load(from: directory, keys: ["division", "published", "warnDays", "changes"]) else {
            return nil
        }
        let division = file.division(root)
        let warnDays = file.number(root, "warnDays", in: 30...1000)
        let changes = file.changes(root)
        var listed: [Holiday] = []
        if root["published"] != nil, let path = file.text(root, "published"), let division {
            let whole = path.hasPrefix("/") ? path : directory + "/" + path
            if let bytes = PolicyFile.contents(of: whole) {
                var list = PublishedHolidays(name: path, bytes: bytes)
                listed = list.holidays(of: division, changes)
                listProblems = list.problems
            } else {
                file.refuse(
                    root["published"], "missing-file",
                    "There is no file \(whole). Fetch https://www.gov.uk/bank-holidays.json, and name it here.")
            }
        }
        guard let division, let warnDays, file.problems.isEmpty, listProblems.isEmpty else { return nil }
        return CalendarSettings(
            workingDays: WorkingCalendar(division: division, listed: listed, changes: changes), warnDays: warnDays,
            place: PolicyPlace(file: file.name, line: (root["published"] ?? root).line))
    }
}

extension PolicyFile {
    fileprivate mutating func division(_ root: YAMLNode) -> HolidayDivision? {
        guard let text = text(root, "division") else { return nil }
        guard let division = HolidayDivision(rawValue: text) else {
            let all = HolidayDivision.allCases.map(\.rawValue).joined(separator: ", ")
            refuse(root["division"], "unknown-division", "A division is one of: \(all).")
            return nil
        }
        return division
    }

    fileprivate mutating func changes(_ root: YAMLNode) -> [HolidayChange] {
        guard root["changes"] != nil else { return [] }
        var changes: [HolidayChange] = []
        for node in list(root, "changes") {
            guard checkKeys(of: node, ["title", "date", "insteadOf"]), let title = text(node, "title") else { continue }
            let day = node["date"] == nil ? nil : date(node, "date")
            let gone = node["insteadOf"] == nil ? nil : date(node, "insteadOf")
            guard node["date"] != nil || node["insteadOf"] != nil else {
                refuse(node, "missing-key", "Say which day is off (date), which one is not (insteadOf), or both.")
                continue
            }
            if let day, day.weekday > 5 {
                refuse(node["date"], "holiday-on-weekend", "\(day) is a weekend already; give the substitute day.")
            }
            if let day, changes.contains(where: { $0.day == day }) {
                refuse(node["date"], "duplicate-holiday", "\(day) stands here twice.")
            }
            changes.append(HolidayChange(title, day: day, insteadOf: gone))
        }
        return changes
    }
}
