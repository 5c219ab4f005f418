import Contracts
import Messaging
import TestSupport
import Testing

/// A database that answers and takes no writes: nothing is lost or given up for it, it is said what to do, and when that is
/// done everybody catches up without help.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct UnwritableDatabaseTests {
    static let fullDisk = "the server's disk is full; make room on it"
    static let readOnly = """
        the database is read-only; if it is a standby, connect to the primary, else look at default_transaction_read_only
        """

    /// What the decision brings about, each once.
    static let notices = [
        "csc threshold-changed held CSC-A", "health-visiting consultation-requested held HV-A",
        "health-visiting threshold-changed held HV-A", "police consultation-requested held (handle)",
        "police threshold-changed held (handle)", "school-hill threshold-changed held SCH-A",
    ]

    private func decide(_ partnership: Partnership) async throws -> String {
        try await partnership.publish("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
    }

    /// Everything that was to come has come, once, and every service is well again.
    private func expectCaughtUp(_ partnership: Partnership, with decision: String) async throws {
        #expect(try await partnership.receipt(of: decision)?.type == ReceiptAccepted.type.text)
        _ = try await partnership.hear(atLeast: Self.notices.count) { $0.isOfTheMatter }
        try await partnership.settle()
        #expect(await partnership.noticeLines() == Self.notices)
        #expect(await partnership.receiptLines().filter { $0.hasPrefix(decision + " ") } == ["\(decision) accepted"])
        #expect(try await partnership.deadLetters().isEmpty)
        let undelivered = """
            SELECT count(*) FROM notifier.notice n WHERE n.delivered_at IS NULL
                AND NOT EXISTS (SELECT FROM notifier.transmission t WHERE t.id = n.transmission)
            """
        #expect(try await partnership.database.count(undelivered) == 0, "every notice is marked as delivered")
        #expect(try await partnership.database.count("SELECT count(*) FROM notifier.notice") > 0)
        for service in Partnership.services { try await partnership.awaitReady(service) }
    }

    private func expectRunning(_ partnership: Partnership) async {
        for service in Partnership.services { #expect(await partnership.child(service)?.isRunning == true) }
    }

    @Test("A full disk: each service waits and asks for room; when there is some it goes on where it was")
    func fullDisk() async throws {
        try await withPartnership { partnership in
            try await partnership.database.letDisksFill()
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.settle()
            for service in Partnership.services { try await partnership.database.fillDisk(of: service) }
            let id = try await decide(partnership)
            // Room for one after the other, so that each of them has had the decision in its hands and no room for it.
            for service in ["referral-intake", "escalation-tracker", "notifier"] {
                try await partnership.awaitUnready(service, naming: Self.fullDisk)
                await expectRunning(partnership)
                #expect(await partnership.noticeLines() == [])
                // What waits is counted while it waits, not when it is over.
                try await partnership.awaitMetric("lag_messages", of: service) { $0 > 0 }
                try await partnership.database.makeRoom(for: service)
            }
            try await partnership.awaitUnready("mash-screener", naming: Self.fullDisk)
            try await partnership.database.makeRoom(for: "mash-screener")
            try await expectCaughtUp(partnership, with: id)
        }
    }

    /// How often a service has said that a batch waits.
    private func waitingBatches(_ service: String, _ partnership: Partnership) async -> Int {
        await lines(of: service, partnership, event: "waiting")
    }

    private func lines(of service: String, _ partnership: Partnership, event: String) async -> Int {
        (await partnership.child(service)?.log ?? "").split(separator: "\n").count {
            $0.contains("\"event\":\"\(event)\"") && $0.contains("\"what\":\"batch\"")
        }
    }

    @Test("trial A5: rights that are taken away for a while: each service waits and says so once; nobody is parked")
    func missingRights() async throws {
        try await withPartnership { partnership in
            // Not the tables of what is said: whoever takes a message for the fault could not even say so then, and would wait.
            try await partnership.database.letDisksFill(
                tables: ["journal", "household_state", "notice"], code: "insufficient_privilege")
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.settle()
            for service in Partnership.services { try await partnership.database.fillDisk(of: service) }
            let id = try await decide(partnership)
            for service in ["referral-intake", "escalation-tracker", "notifier"] {
                try await partnership.awaitUnready(service, naming: "grant the right")
                await expectRunning(partnership)
                // The relay may have been refused before the batch. Several attempts later it is still one line in the log.
                let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
                while await waitingBatches(service, partnership) == 0, ContinuousClock.now < end {
                    try await partnership.database.run("SELECT pg_sleep(0.1)")
                }
                try await partnership.database.run("SELECT pg_sleep(2)")
                let log = await partnership.child(service)?.log ?? ""
                #expect(await waitingBatches(service, partnership) == 1, "\(log)")
                // The only household there is was found to be refused alone, which is one thing more, and said once as well.
                #expect(await lines(of: service, partnership, event: "still-waiting") <= 1, "\(log)")
                try await partnership.database.makeRoom(for: service)
            }
            try await partnership.database.makeRoom(for: "mash-screener")
            try await expectCaughtUp(partnership, with: id)
            let parked = Partnership.services.map {
                "SELECT household::text FROM \(Migrator.schema(of: $0)).parked_household"
            }
            #expect(try await partnership.database.texts(parked.joined(separator: " UNION ALL ")).isEmpty)
        }
    }

    @Test("A disk that fills between saying and noting that it was said: nothing is said twice for it")
    func fullDiskAfterSaying() async throws {
        try await withPartnership { partnership in
            try await partnership.database.letDisksFill(tables: ["outbox"], for: "DELETE")
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.settle()
            for service in Partnership.services { try await partnership.database.fillDisk(of: service) }
            let id = try await decide(partnership)
            _ = try await partnership.hear(atLeast: Self.notices.count) { $0.isOfTheMatter }
            for service in ["referral-intake", "escalation-tracker", "notifier"] {
                try await partnership.awaitUnready(service, naming: Self.fullDisk)
            }
            await expectRunning(partnership)
            for service in Partnership.services { try await partnership.database.makeRoom(for: service) }
            try await expectCaughtUp(partnership, with: id)
        }
    }

    @Test("A database that turned read-only: the same, also for a service that is started meanwhile")
    func readOnly() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.setReadOnly()
            let id = try await decide(partnership)
            for service in Partnership.services { try await partnership.awaitUnready(service, naming: Self.readOnly) }
            let screener = await partnership.child("mash-screener")
            try await partnership.stop("mash-screener")
            #expect(screener?.ending.isSignal == false && screener?.ending.code == 0)
            try await partnership.start("mash-screener")
            try await partnership.awaitUnready("mash-screener", naming: Self.readOnly)
            await expectRunning(partnership)
            #expect(await partnership.noticeLines() == [])
            try await partnership.setWritable()
            try await expectCaughtUp(partnership, with: id)
        }
    }
}

extension TestDatabase {
    /// From now on services' disks can be full: those tables then take none of those statements.
    fileprivate func letDisksFill(
        tables: [String]? = nil, for events: String = "INSERT OR UPDATE OR DELETE", code: String = "disk_full"
    ) async throws {
        let these = tables.map { "tablename IN (" + $0.map { "'\($0)'" }.joined(separator: ", ") + ")" } ?? "true"
        let services = Partnership.services.map { "'\(Migrator.schema(of: $0))'" }.joined(separator: ", ")
        // A switch, because making and dropping triggers would wait for the services and they for it.
        try await run(
            """
            CREATE TABLE app.full_disk (service text PRIMARY KEY);
            CREATE FUNCTION app.extend_file() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT FROM app.full_disk WHERE service = TG_TABLE_SCHEMA) THEN
                    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '\(code)';
                END IF;
                RETURN NULL;
            END $$;
            """)
        let make = """
            SELECT format('CREATE TRIGGER full_disk BEFORE \(events) ON %I.%I '
                'FOR EACH STATEMENT EXECUTE FUNCTION app.extend_file()', schemaname, tablename)
            FROM pg_tables WHERE schemaname IN (\(services)) AND \(these)
            """
        for statement in try await texts(make) { try await run(statement) }
    }

    fileprivate func fillDisk(of service: String) async throws {
        try await run("INSERT INTO app.full_disk VALUES ('\(Migrator.schema(of: service))')")
    }

    fileprivate func makeRoom(for service: String) async throws {
        try await run("DELETE FROM app.full_disk WHERE service = '\(Migrator.schema(of: service))'")
    }
}

extension Partnership {
    /// As by an administrator, or after a change of standby and primary; connections that are there end, so that the next
    /// ones find it so.
    fileprivate func setReadOnly() async throws {
        // Committed first, so that whoever comes after that finds it so.
        try await database.onServer("ALTER DATABASE \(database.name) SET default_transaction_read_only = on")
        try await database.endSessions()
    }

    /// For whoever connects from now on. Connections that were made meanwhile stay read-only until somebody ends them, and
    /// nobody does.
    fileprivate func setWritable() async throws {
        try await database.onServer("ALTER DATABASE \(database.name) SET default_transaction_read_only = off")
    }
}
