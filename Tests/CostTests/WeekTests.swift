import Messaging
import TestSupport
import Testing

/// What days leave behind: a service that runs for years must keep no more than it has to.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct WeekTests {
    /// What is kept for good, since it is the record of what happened, and by how much it may grow in a day. How often the
    /// notifier transmits depends on how its events come together: at the most once for each.
    private static let records: [String: ClosedRange<Int>] = {
        let notices = DecisionLoad.notices(of: Week.decisions) + Week.referrals
        // A referral is published, and screened. Every notice is answered.
        let events = Week.decisions + 2 * Week.referrals + notices
        let identifiers = Week.decisions / 2 + Week.referrals
        return [
            "referral_intake.journal": events...events,
            // Each has an identifier of its agency's, under which nothing else can come.
            "referral_intake.subject": identifiers...identifiers,
            // Of every event that intake does not judge itself.
            "referral_intake.verdict": (events - Week.referrals)...(events - Week.referrals),
            "notifier.notice": notices...notices, "notifier.transmission": 1...(Week.decisions + events),
        ]
    }()
    /// By how much a table's rows may take more room although they are not more: a row's text is shorter by a digit now and then.
    private static func isFlat(_ bytes: Int, since full: Int) -> Bool { bytes <= full * 11 / 10 + 1024 }

    @Test(
        "A week: nothing grows from the day on which the retention is full, and records by the same each day",
        .timeLimit(TestEnvironment.minutes(10)))
    func week() async throws {
        try await withPartnership { partnership in
            var week = Week(partnership)
            try await week.begin()
            var (days, documents): ([[String: TableSize]], [Int]) = ([], [])
            for _ in 0..<7 {
                try await week.pass()
                days.append(try await partnership.database.tableSizes())
                documents.append(try await week.documentBytes())
            }
            let full = Week.inboxDays - 1
            for (table, size) in days[full].sorted(by: { $0.key < $1.key }) {
                let rows = days.map { $0[table]?.rows ?? 0 }
                if table.hasSuffix(".inbox") {
                    // It is emptied by generations: of the days that it keeps as many again, and of the day that passed.
                    let most = rows[0..<full].max().map { $0 / full } ?? 0
                    #expect(rows[full...].allSatisfy { $0 <= 2 * Week.inboxDays * most }, "\(table): \(rows) rows")
                    continue
                }
                if let growth = Self.records[table] {
                    let steps = zip(rows, rows.dropFirst()).map { $1 - $0 }
                    #expect(steps.allSatisfy(growth.contains), "\(table) grows by \(steps)")
                } else {
                    let bytes = days.map { $0[table]?.bytes ?? 0 }
                    #expect(rows[full...].allSatisfy { $0 == size.rows }, "\(table): \(rows) rows")
                    let settled = bytes[Week.daysUntilDocumentsAreFull...]
                    let first = settled.first ?? 0
                    #expect(settled.allSatisfy { Self.isFlat($0, since: first) }, "\(table): \(bytes) bytes")
                }
            }
            // A microsecond that ends in a zero is shorter by that.
            let kept = documents[Week.daysUntilDocumentsAreFull...]
            let spread = kept.map { Double($0) / Double(kept.first ?? 0) }
            #expect(spread.allSatisfy { (0.99...1.01).contains($0) }, "documents: \(documents) bytes")
            try await week.passMonths()
        }
    }
}
