import CommandRuntime
import Contracts
import Foundation
import KafkaClient
import Messaging
import Policy
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// One run of chaos: load, faults, quiet, verdict.
actor ChaosRun {
    private static let agencies = ["csc", "police"]
    /// Is told what follows from an urgent decision, and reminded of it.
    private static let businessUnit = "business-unit"
    /// How far the clock is moved at two thirds of the way, so that every step of the ladder of acknowledgement falls due in
    /// the midst of it, whatever holidays there are.
    private static let clockDays = 10

    let plan: ChaosPlan
    let deployment: Deployment
    let fleet: ServiceFleet
    let load: ChaosLoad
    let runFolder: String
    var random: SeededGenerator
    var counts: [Fault: Int] = [:]
    private var clockMovedAt: Int64?
    /// Whether the database has forgotten something: then what it had said is said again, under the same identifiers.
    var hasForgotten = false
    private var longestSilenceSeconds = 0.0
    private var drainSeconds = 0.0

    init(_ plan: ChaosPlan, _ deployment: Deployment, executables: String, runFolder: String) throws {
        self.plan = plan
        self.deployment = deployment
        self.runFolder = runFolder
        random = SeededGenerator(seed: plan.seed)
        let logFolder = runFolder + "/log"
        var environment = deployment.environment
        environment["KEEPSIGHT_WITHOUT_GUARDS"] = plan.withoutGuards
        fleet = ServiceFleet(
            environment: environment, executables: executables, logFolder: logFolder,
            passwordFolder: runFolder + "/role-passwords")
        load = try ChaosLoad(plan, deployment, run: "c" + String(plan.seed, radix: 36))
    }

    /// Runs it all; the verdict, with a report in words.
    func run() async throws -> (verdict: ChaosVerdict, report: Table) {
        try await fleet.startAll()
        Output.note("introducing \(plan.households) children to two agencies")
        try await load.introduce()
        try await awaitRegister()
        let loader = Task { try await self.keepPublishing() }
        let watcher = Task { await self.watchSilence() }
        let start = ContinuousClock.now
        do {
            try await makeFaults()
        } catch {
            loader.cancel()
            watcher.cancel()
            _ = await fleet.stopAll()
            throw error
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        loader.cancel()
        watcher.cancel()
        try await loader.value
        Output.note("all faults made; waiting until everything is said")
        var verdict = ChaosVerdict()
        try await awaitQuiet(&verdict)
        let stubborn = await fleet.stopAll()
        verdict.require(stubborn == 0, "\(stubborn) replicas did not stop within their 25 s")
        try await judge(&verdict)
        return (verdict, await report(verdict, seconds: seconds))
    }

    private func keepPublishing() async throws {
        while !Task.isCancelled {
            try await load.publish(max(1, plan.rate / 10))
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func makeFaults() async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(plan.minutes * 60))
        let faults = random.faults(plan.faults, of: plan.kinds)
        for (place, fault) in faults.enumerated() {
            let number = place + 1
            // At two thirds of the way, by number or by time, whichever comes first.
            let isLate = ContinuousClock.now > end.advanced(by: .seconds(-plan.minutes * 20))
            if clockMovedAt == nil, isLate || number == max(1, plan.faults * 2 / 3) { try await moveClock() }
            guard ContinuousClock.now < end else {
                Output.note("\(plan.minutes) minutes are over; \(place) of \(plan.faults) faults were made")
                break
            }
            counts[fault, default: 0] += 1
            Output.note("fault \(number) of \(plan.faults): \(fault.words)")
            try await make(fault)
            try await Task.sleep(for: .milliseconds(Int.random(in: 200...1200, using: &random)))
            try await fleet.revive()
        }
    }

    private func moveClock() async throws {
        Output.note("moving the clock by \(ChaosRun.clockDays) days: acknowledgements fall due")
        let days = ChaosRun.clockDays
        clockMovedAt = try await persistently { connection in
            let now = try await connection.run(SQLStatement(name: "now", "SELECT pg_catalog.now()")).onlyRow()
            let microseconds = try now.timestamp("now")
            try await connection.moveClock(byDays: days)
            return microseconds
        }
    }

    /// The longest time in which no notice came to be delivered.
    private func watchSilence() async {
        var last: Int64 = -1
        var since = ContinuousClock.now
        while !Task.isCancelled {
            let notices = try? await persistently { connection in
                try await connection.run(
                    SQLStatement(name: "notices", "SELECT count(*) AS notices FROM notifier.notice")
                ).onlyRow().int8("notices")
            }
            if let notices, notices != last {
                last = notices
                since = .now
            } else {
                longestSilenceSeconds = max(longestSilenceSeconds, since.duration(to: .now) / .seconds(1))
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    private func awaitRegister() async throws {
        // Two events each: thousands take minutes where the machine has other work.
        let seconds = max(120, plan.households / 10)
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        let journal = SQLStatement(name: "journal", "SELECT count(*) AS events FROM referral_intake.journal")
        while ContinuousClock.now < end {
            let count = try await persistently { try await $0.run(journal).onlyRow().int8("events") }
            if count > plan.households * 2 { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw CommandFailure(.failed, "The children were not introduced in \(seconds) s; see \(runFolder)/log.")
    }

    private func awaitQuiet(_ verdict: inout ChaosVerdict) async throws {
        let start = ContinuousClock.now
        let said = await load.said
        let expected = Int64(said.decisionCount * ChaosRun.agencies.count)
        let told = SQLStatement(
            name: "told",
            "SELECT count(*) AS notices FROM notifier.notice WHERE kind IN ('threshold-changed', 'threshold-raised')")
        let work = SQLStatement(name: "work", bytes: PackageResources.chaos_open_work_sql)
        var quiet = 0
        var last: [Int64] = []
        var lastChange = start
        let patience: Duration = plan.withoutGuards.isEmpty ? .seconds(60) : .seconds(30)
        while quiet < 4, start.duration(to: .now) < .seconds(240), lastChange.duration(to: .now) < patience {
            try await fleet.revive()
            try await Task.sleep(for: .milliseconds(500))
            let (open, due, issued) = try await persistently { connection in
                let row = try await connection.run(work).onlyRow()
                return (
                    try row.int8("outbox_rows"), try row.int8("due_clocks"),
                    try await connection.run(told).onlyRow().int8("notices")
                )
            }
            quiet = open == 0 && due == 0 && issued >= expected ? quiet + 1 : 0
            // What has stood still so long, longer than a group waits for a frozen member, will not move any more. A run
            // without a guard ends so in any case: it waits twice as long as the group, and not five times.
            if last != [open, due, issued] { (last, lastChange) = ([open, due, issued], .now) }
        }
        drainSeconds = start.duration(to: .now) / .seconds(1)
        let left = try await persistently { connection in
            let row = try await connection.run(work).onlyRow()
            return (
                outbox: try row.int8("outbox_rows"), parked: try row.int8("parked_households"),
                due: try row.int8("due_clocks"), early: try row.int8("early_reminders")
            )
        }
        verdict.require(left.outbox == 0, "\(left.outbox) outbox rows are left")
        verdict.require(left.parked == 0, "\(left.parked) households are parked, and none should be")
        verdict.require(left.due == 0, "\(left.due) clocks are due and have not fired")
        verdict.require(left.early == 0, "\(left.early) reminders went out before their working day was over")
    }

    private func judge(_ verdict: inout ChaosVerdict) async throws {
        let said = await load.said
        var notices: [ChaosVerdict.Notice] = []
        var accepted: [String: Int] = [:]
        var refused = 0
        let decisions = Set(said.decisions.values.joined())
        for agency in ChaosRun.agencies + [ChaosRun.businessUnit] {
            let topic = deployment.topics.notices(of: try deployment.agency(agency)).name
            for message in try await records(of: topic) {
                switch AgencyNotice(message) {
                case .accepted(let receipt) where !receipt.isInterim: accepted[receipt.eventID, default: 0] += 1
                case .refused(let receipt):
                    refused += 1
                    if let id = receipt.eventID, decisions.contains(id) {
                        // Made-up people: what stands in a reason may be shown.
                        let reasons = receipt.reasons.map { "\($0.path): \($0.message)" }.joined(separator: " ")
                        Output.note("decision \(id), record \(receipt.record.offset), was refused: \(reasons)")
                    }
                case .issued(let notice):
                    notices.append(
                        ChaosVerdict.Notice(
                            agency: agency, noticeID: notice.noticeID.text, kind: notice.kind.rawValue,
                            decisionID: notice.body.subject.id, about: notice.body.about?.text))
                default: break
                }
            }
        }
        verdict.mayRepeat = hasForgotten
        verdict.judge(notices, said, agencies: ChaosRun.agencies)
        verdict.judgeRepetitions(notices)
        verdict.judgeReceipts(accepted: accepted, refused: refused, said)
        let reminders = try deployment.policy().notices.acknowledgement
            .reduce(0) { $0 + $1.stages.count + ($1.isForBusinessUnit ? 1 : 0) }
        verdict.judgeReminders(notices, due: try await dueNotices(), each: reminders)
        for service in ServiceRegistry.names {
            let letters = try await records(of: deployment.topics.deadLetters(of: service).name).count
            let wanted = service == "referral-intake" ? said.poison : 0
            // A letter that was on its way when the database forgot it is written again.
            let most = hasForgotten ? 2 * wanted : wanted
            verdict.require(
                (wanted...most).contains(letters), "\(service) has \(letters) dead letters where \(wanted) belong")
        }
    }

    private func records(of topic: String) async throws -> [KafkaMessage] {
        let reader = try await KafkaReader(try deployment.kafka(), topics: [topic], from: .earliest)
        // After hours of faults hundreds of thousands.
        let records = try await reader.readToEnd(limit: 10_000_000, timeoutMilliseconds: 1_200_000)
        await reader.close()
        return records
    }

    private func dueNotices() async throws -> Set<String> {
        guard let moved = clockMovedAt else { return [] }
        // Whatever was issued before the clock moved is days old since; whatever came later is minutes old.
        let border = moved + 86_400_000_000
        return try await persistently { connection in
            let result = try await connection.run(
                SQLStatement(name: "due", bytes: PackageResources.chaos_due_notices_sql),
                [.timestamp(microsecondsSinceUnixEpoch: border)])
            return Set(try result.rows.map { try $0.text("notice") })
        }
    }

    func persistently<Value: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> Value)
        async throws -> Value
    {
        var attempts = 0
        while true {
            do {
                return try await deployment.withDatabase(body)
            } catch let error as PostgresError where error.isTransient && attempts < 60 {
                attempts += 1
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func report(_ verdict: ChaosVerdict, seconds: Double) async -> Table {
        let said = await load.said
        var table = Table(["what", "count"])
        for fault in plan.kinds { table.add([fault.words, "\(counts[fault] ?? 0)"]) }
        table.add(["faults in all", "\(counts.values.reduce(0, +))"])
        table.add(["decisions published", "\(said.decisionCount)"])
        table.add(["published twice", "\(said.repetitions.values.reduce(0, +))"])
        table.add(["records that are no events", "\(said.poison)"])
        table.add(["events with U+0000 in a string", "\(said.spoilt)"])
        table.add(["seconds of faults", "\(Int(seconds))"])
        table.add(["processes started", "\(await fleet.starts)"])
        table.add(["longest time without a new notice", "\((longestSilenceSeconds * 10).rounded() / 10) s"])
        table.add(["from the last fault until all was said", "\((drainSeconds * 10).rounded() / 10) s"])
        table.add(["lost", "\(verdict.lost)"])
        table.add(["doubled", "\(verdict.doubled)"])
        table.add(["said again under the same identifier after a fail-over", "\(verdict.repeats)"])
        table.add(["reordered", "\(verdict.reordered)"])
        table.add(["wrongly refused", "\(verdict.refused)"])
        for fault in verdict.faults { table.add(["also wrong", fault]) }
        table.add(["brokers", "\(plan.brokers)"])
        table.add(["seed", "\(plan.seed)"])
        table.add(["verdict", verdict.isGood ? "GOOD" : "BROKEN"])
        return table
    }
}
