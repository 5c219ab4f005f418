import Contracts
import Messaging
import PostgresClient
import Safeguarding
import Synchronization
import TestSupport
import Testing

/// A database that loses its last commits, with everything real: a standby that lags takes the primary's place under load, and
/// a backup is restored beside a log that is newer.
///
/// What Kafka has taken is in effect in the end, and each agency has each notice. The same notice may stand there again, under
/// the same id: what the database has forgotten is decided again.
@Suite(
    .enabled(
        if: TestEnvironment.isLong && TestEnvironment.isComplete && OwnCluster.isPossible,
        "takes minutes and makes databases: run deploy/test --long"), .serialized)
struct FailoverTests {
    @Test(
        "trial A15: fail-over to a standby that lags by 5 s under 50 decisions a second loses nothing",
        .timeLimit(TestEnvironment.minutes(15)))
    func laggingStandby() async throws {
        try await lose("a standby that lags by 5 s") { cluster, load in
            try await cluster.copy(to: "standby", asStandby: true)
            try await cluster.start("standby", inPlace: false)
            try await load.publish(seconds: 5)
            // From here on it hears nothing.
            try await cluster.stop("standby", atOnce: false)
            try await load.publish(seconds: 5)
            try await cluster.stop("primary", atOnce: true)
            try await cluster.start("standby", inPlace: true)
            try await load.publish(seconds: 2)
            try await cluster.promote("standby")
            try await load.publish(seconds: 5)
        }
    }

    @Test(
        "trial A15: a backup that is restored beside Kafka's newer log loses nothing, however old it is",
        .timeLimit(TestEnvironment.minutes(15 + TestEnvironment.backupSeconds / 60)))
    func restoredBackup() async throws {
        try await lose("a backup that was restored", Self.restore)
    }

    @Test(
        "Guard off: where no position that went back is noticed, decisions are in effect nowhere",
        .timeLimit(TestEnvironment.minutes(15)))
    func withoutRereading() async throws {
        try await lose("a backup, nothing read again", without: .positionWentBack, Self.restore)
    }

    private static func restore(_ cluster: OwnCluster, _ load: DecisionsUnderLoad) async throws {
        try await load.publish(seconds: 5)
        try await cluster.copy(to: "backup", asStandby: false)
        let age = TestEnvironment.backupSeconds
        if age <= 60 { try await load.publish(seconds: age) } else { try await load.publishSlowly(seconds: age) }
        // What was decided is published and delivered before the database is lost.
        try await load.awaitAll()
        try await cluster.stop("primary", atOnce: true)
        try await cluster.start("backup", inPlace: true)
        try await load.publish(seconds: 5)
    }

    private func lose(
        _ what: String, without guardName: EngineGuards.Name? = nil,
        _ play: (OwnCluster, DecisionsUnderLoad) async throws -> Void
    ) async throws {
        let settings = guardName.map { ["KEEPSIGHT_WITHOUT_GUARDS": $0.rawValue] } ?? [:]
        let special = Dictionary(uniqueKeysWithValues: Partnership.services.map { ($0, settings) })
        try await OwnCluster.with { cluster in
            let database = try await TestDatabase.migrated(cluster.url)
            try await withPartnership(special, in: database) { partnership in
                let load = DecisionsUnderLoad(partnership)
                try await load.introduce()
                try await play(cluster, load)
                try await load.awaitAll()
                try await partnership.settle()
                let verdict = try await load.verdict()
                print(
                    "\(what): \(verdict.decisions) decisions, lost \(verdict.lost), doubled \(verdict.doubled), "
                        + "notices again under the same id \(verdict.again), refused \(verdict.refused)")
                guard guardName == nil else {
                    #expect(verdict.lost > 0, "nobody would notice if it were missing")
                    return
                }
                #expect(verdict.lost == 0)
                #expect(verdict.doubled == 0)
                #expect(verdict.refused == 0)
                for service in Partnership.services { #expect(await partnership.child(service)?.isRunning == true) }
                let (status, shown) = try await partnership.keepsight(["positions"])
                #expect(status == 0)
                #expect(shown.contains("the database had lost its last commits"), "\(shown)")
            }
        }
    }
}

/// Urgent decisions about children with whom two agencies are involved, fifty in a second.
private final class DecisionsUnderLoad: Sendable {
    struct Verdict {
        var decisions = 0
        /// Decisions of which an agency has no notice, or the database none.
        var lost = 0
        /// Decisions of which an agency has two notices.
        var doubled = 0
        /// Notices that stand on their topic again.
        var again = 0
        /// Receipts that refuse.
        var refused = 0
    }

    /// As many as it takes to stay below what may be open in one household at a time.
    private static let households = max(60, TestEnvironment.backupSeconds / 15)
    private static let agencies = ["csc", "police"]

    private let partnership: Partnership
    private let decided = Mutex(0)

    init(_ partnership: Partnership) { self.partnership = partnership }

    func introduce() async throws {
        // What cannot wait needs a manager whom the agency has attested (R4).
        try await partnership.accept("contacts.attested", as: "csc", data: SampleEvents.attestation())
        for agency in Self.agencies {
            let events = (0..<Self.households).map { number in
                Partnership.event(
                    "involvement.opened", as: agency, id: "\(agency)-\(number)",
                    data: """
                        {"role":"worker","since":"2026-01-01","children":[{"ref":"\(agency)-\(number)",\
                        "name":{"given":"Child\(number)","family":"Testperson"},"dateOfBirth":"2015-01-01",\
                        "address":{"lines":["\(number) Sample Row"],"postcode":"YO1 0AA"}}]}
                        """)
            }
            try await partnership.send(events, as: agency)
        }
        let all = Self.households * Self.agencies.count + 1
        _ = try await partnership.hear(atLeast: all, seconds: 60) { $0.type == ReceiptAccepted.type.text }
    }

    func publish(seconds: Int) async throws {
        for _ in 0..<(seconds * 10) {
            let first = decided.withLock { count in
                defer { count += 5 }
                return count
            }
            try await partnership.send((first..<(first + 5)).map(decision), as: "csc")
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// One a second, for a time that would else be too much to wait for in the end.
    func publishSlowly(seconds: Int) async throws {
        let start = ContinuousClock.now
        for second in 1...seconds {
            let number = decided.withLock { count in
                defer { count += 1 }
                return count
            }
            try await partnership.send([decision(number)], as: "csc")
            try await Task.sleep(until: start.advanced(by: .seconds(second)), clock: .continuous)
        }
    }

    /// Waits until every agency has a notice of every decision, for minutes at the most.
    func awaitAll() async throws {
        let expected = decided.withLock { $0 } * Self.agencies.count
        let end = ContinuousClock.now.advanced(by: .seconds(100 * TestEnvironment.patience))
        var known: Set<String> = []
        while known.count < expected, ContinuousClock.now < end {
            known = Set(
                try await partnership.hear(atLeast: 1, seconds: 1) { Self.tells($0) }
                    .map { $0.agency + " " + ($0.notice?.body.subject.id ?? "") })
            _ = try await partnership.hear(atLeast: .max, seconds: 0.2)
        }
    }

    /// Whether it tells of a decision: of a level that was lowered, or raised.
    private static func tells(_ heard: Partnership.Heard) -> Bool {
        heard.notice?.kind == .thresholdChanged || heard.notice?.kind == .thresholdRaised
    }

    func verdict() async throws -> Verdict {
        var verdict = Verdict()
        let count = decided.withLock { $0 }
        let heard = try await partnership.hear(atLeast: 1)
        verdict.decisions = count
        verdict.refused = heard.filter { $0.notice == nil && $0.type != ReceiptAccepted.type.text }.count
        let kept = Set(
            try await partnership.database.texts(
                "SELECT DISTINCT agency || ' ' || subject FROM notifier.notice WHERE kind IN ('threshold-changed', 'threshold-raised')"
            ))
        for agency in Self.agencies {
            let notices = heard.compactMap {
                $0.agency == agency && Self.tells($0) ? $0.notice : nil
            }
            let ids = Dictionary(grouping: notices) { $0.body.subject.id }
            for number in 0..<count {
                let of = ids["d\(number)"]?.map(\.noticeID.text) ?? []
                if of.isEmpty || !kept.contains("\(agency) d\(number)") { verdict.lost += 1 }
                if Set(of).count > 1 { verdict.doubled += 1 }
                verdict.again += max(0, of.count - 1)
            }
        }
        return verdict
    }

    private func decision(_ number: Int) -> [UInt8] {
        let household = number % Self.households
        let (from, to) =
            (number / Self.households).isMultiple(of: 2) ? ("section-17", "early-help") : ("early-help", "section-17")
        return Partnership.event(
            "decision.changed", as: "csc", id: "d\(number)",
            data: """
                {"decisionId":"d\(number)","version":1,"children":[{"ref":"csc-\(household)","from":"\(from)","to":"\(to)",\
                "rationale":"Tried."}],"decidedAt":"\(SampleEvents.minutesAgo(60))","authoriser":{"name":"Chris Example",\
                "role":"team manager"},"reason":"Tried.","urgent":true,"urgentReason":"Tried."}
                """)
    }
}
