import JSON
import Safeguarding

/// The list of bank holidays as the government publishes it, while it is read: one JSON object with a member a division,
/// `{"england-and-wales": {"division": …, "events": [{"title", "date", "notes", "bunting"}]}, …}`. Members that it may have one
/// day are ignored: it is not ours.
struct PublishedHolidays {
    private static let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 8, maximumStringCharacters: 500)

    let name: String
    let bytes: [UInt8]
    private(set) var problems: [PolicyProblem] = []

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The days off of a division; what is wrong with them is in `problems`.
    mutating func holidays(of division: HolidayDivision, _ changes: [HolidayChange]) -> [Holiday] {
        guard let events = events(of: division) else { return [] }
        var holidays: [Holiday] = []
        var lines: [CalendarDate: Int] = [:]
        for event in events {
            guard let holiday = holiday(event) else { continue }
            if holiday.day.weekday > 5 {
                refuse(
                    line(of: event), "holiday-on-weekend",
                    "\(holiday.day) is a weekend already; the list has the substitute day.")
            }
            guard lines[holiday.day] == nil else {
                refuse(line(of: event), "duplicate-holiday", "\(holiday.day) stands here twice.")
                continue
            }
            lines[holiday.day] = line(of: event)
            holidays.append(holiday)
        }
        guard problems.isEmpty else { return [] }
        refuseHoles(in: holidays, of: division, changes, lines)
        return holidays
    }

    private mutating func events(of division: HolidayDivision) -> [JSONValue]? {
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONDocument(parsing: bytes, limits: PublishedHolidays.limits).root
        } catch {
            refuse(
                line(at: error.offset), "not-json",
                "This is not JSON: \(error.code.rawValue). Put https://www.gov.uk/bank-holidays.json here, as it is.")
            return nil
        }
        guard let found = root[key: division.rawValue] else {
            let names = root.members.prefix(10).map(\.key).joined(separator: ", ")
            refuse(
                1, "unknown-division",
                "The list has no '\(division.rawValue)'; it has: \(names.isEmpty ? "nothing" : names).")
            return nil
        }
        guard let events = found[key: "events"], events.kind == .array else {
            refuse(line(of: found), "wrong-type", "'\(division.rawValue)' has a list 'events'.")
            return nil
        }
        guard events.count > 0 else {
            refuse(
                line(of: events), "calendar-hole",
                "'\(division.rawValue)' has no holidays. Take the published list as it is.")
            return nil
        }
        return events.elements
    }

    private mutating func holiday(_ event: JSONValue) -> Holiday? {
        guard let title = event[key: "title"]?.string, !title.isEmpty else {
            refuse(line(of: event), "wrong-type", "A holiday has a 'title', which is a text.")
            return nil
        }
        guard let day = event[key: "date"]?.string.flatMap({ CalendarDate($0) }) else {
            refuse(line(of: event), "invalid-date", "A holiday has a 'date', YYYY-MM-DD.")
            return nil
        }
        let isSubstitute = event[key: "notes"]?.string == "Substitute day"
        return Holiday(day, title + (isSubstitute ? " (substitute day)" : ""))
    }

    private mutating func refuseHoles(
        in holidays: [Holiday], of division: HolidayDivision, _ changes: [HolidayChange], _ lines: [CalendarDate: Int]
    ) {
        for hole in WorkingCalendar.holes(in: holidays, of: division, changes) {
            // It is missing before the first day that comes after it.
            let next = lines.filter { $0.key > hole.day }.min { $0.key < $1.key }
            refuse(
                next?.value ?? 1, "calendar-hole",
                "'\(hole.title)' of \(hole.day.parts.year) is missing between this day and the one before it; the standing rules "
                    + "have it on \(hole.day). Take the published list as it is; if the day falls away, say so in calendar.yaml, "
                    + "under changes.")
        }
    }

    private mutating func refuse(_ line: Int, _ rule: String, _ message: String) {
        problems.append(PolicyProblem(file: name, line: line, rule: rule, message: message))
    }

    private func line(of value: JSONValue) -> Int { line(at: value.offset) }

    private func line(at offset: Int) -> Int { bytes.prefix(max(offset, 0)).count { $0 == 0x0A } + 1 }
}
