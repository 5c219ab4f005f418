import FoundationEssentials
import Safeguarding
import ServiceRuntime

/// How far the published list of bank holidays goes: looked at when a service starts and every day, said in health, in a metric
/// and in the log long before the list ends. Beyond it clocks run by the standing rules, which know no proclaimed day.
public struct CalendarWatch: Sendable {
    /// Between two looks.
    static let interval = Duration.seconds(86_400)

    private let calendar: WorkingCalendar
    private let warnDays: Int

    /// Watches a calendar; somebody is told once fewer days than that are covered.
    public init(_ calendar: WorkingCalendar, warnDays: Int) {
        self.calendar = calendar
        self.warnDays = warnDays
    }

    /// Runs until the task is cancelled.
    func run(_ log: Log, _ health: HealthState, _ metrics: Metrics) async {
        while !Task.isCancelled {
            let now = Int64(Date.now.timeIntervalSince1970) * 1_000_000
            look(log, health, metrics, today: LondonTime.date(at: Instant(microsecondsSinceEpoch: now)))
            try? await Task.sleep(for: CalendarWatch.interval)
        }
    }

    func look(_ log: Log, _ health: HealthState, _ metrics: Metrics, today: CalendarDate) {
        metrics.gauge(
            "calendar_covered_days",
            help:
                "Days until the last year ends that the published list of bank holidays covers; 0 or less, and it has ended."
        ).set(Double(calendar.daysCovered(from: today) ?? 0))
        guard let warning = calendar.warning(on: today, warnDays: warnDays) else {
            health.report(.calendar, .ok)
            return
        }
        health.report(.calendar, .attention(warning))
        log.warning("calendar-ends", warning)
    }
}

extension HealthState.Component {
    /// The list of bank holidays by which working days are counted.
    public static let calendar = HealthState.Component(rawValue: "calendar")
}
