import Safeguarding
import ServiceRuntime
import Synchronization
import Testing

@testable import Messaging

struct CalendarWatchTests {
    @Test("The end of the list of bank holidays is said in health, in a metric and in the log, before it comes")
    func look() throws {
        let titles = [
            ("2025-01-01", "New Year’s Day"), ("2025-04-18", "Good Friday"), ("2025-04-21", "Easter Monday"),
            ("2025-05-05", "Early May bank holiday"), ("2025-05-26", "Spring bank holiday"),
            ("2025-08-25", "Summer bank holiday"), ("2025-12-25", "Christmas Day"), ("2025-12-26", "Boxing Day"),
        ]
        let listed = try titles.map { Holiday(try #require(CalendarDate($0)), $1) }
        let watch = CalendarWatch(WorkingCalendar(listed: listed), warnDays: 100)
        let (health, metrics) = (HealthState(), Metrics())
        let lines = Mutex<[String]>([])
        let log = Log(service: "x", format: .json, level: .info) { line in lines.withLock { $0.append(line) } }
        func look(_ day: String) throws -> HealthState.Status? {
            watch.look(log, health, metrics, today: try #require(CalendarDate(day)))
            return health.status(of: .calendar)
        }
        var covered: Double { metrics.gauge("calendar_covered_days", help: "").value }
        #expect(try look("2025-09-22") == .ok)
        #expect(covered == 100 && lines.withLock(\.isEmpty))
        guard case .attention(let reason) = try look("2025-09-23") else {
            Issue.record("nobody is told")
            return
        }
        #expect(covered == 99 && reason.contains("ends in 99 days"))
        #expect(lines.withLock { $0.first }?.contains("calendar-ends") == true)
        guard case .attention(let over) = try look("2026-01-03") else {
            Issue.record("nobody is told")
            return
        }
        #expect(covered == -3 && over.contains("ended 3 days ago"))
        #expect(try look("2025-01-03") == .ok, "a new list with a restart, or a clock that was put right")
    }
}
