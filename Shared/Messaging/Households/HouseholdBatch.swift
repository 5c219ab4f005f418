import Contracts
import JSON
import PostgresClient
import Safeguarding

/// Runs a `HouseholdProcedure` over a batch: locks the households' documents in id order, hands each message its own
/// household's state, and writes back the documents that changed.
public struct HouseholdBatch<Procedure: HouseholdProcedure>: BatchProcedure {
    /// The documents of the batch's households.
    public struct Workspace: Sendable {
        struct Entry: Sendable {
            var version: Int64
            var state: Procedure.State
            var isChanged = false
            /// Of the document as it was written.
            var bytes = 0
        }

        var entries: [HouseholdID: Entry] = [:]
        /// Documents that this build cannot read. Their messages fail one by one; they never fail the batch.
        var unreadable: Set<HouseholdID> = []
        /// Documents that are not what was written last in their version.
        var findings: [DocumentFinding] = []
        /// The number of the transaction that writes; -1 if it is not known.
        var writer: Int64 = -1
    }

    private let procedure: Procedure
    private let guards: EngineGuards
    private let cache: StateCache<Procedure.State>

    /// The adapter of one procedure.
    public init(_ procedure: Procedure, guards: EngineGuards = .all) {
        self.procedure = procedure
        self.guards = guards
        cache = StateCache(forgets: guards.memory)
    }

    /// The household that the record's key names.
    public func household(of message: InboundMessage) -> HouseholdID? { message.household }

    /// The procedure's.
    public var ignoredTypes: Set<String> { procedure.ignoredTypes }

    /// What must be read and locked for these messages.
    public func reads(for messages: [InboundMessage]) -> [Query] {
        reads(firing: Array(Set(messages.compactMap(\.household))))
    }

    /// What must be read and locked to fire clocks of these households.
    public func reads(firing households: [HouseholdID]) -> [Query] {
        let sorted = households.sorted()
        let known = cache.versions(of: sorted)
        return [
            Query(
                guards.householdLock ? SQL.lockHouseholds : SQL.peekHouseholds,
                [
                    .uuidArray(sorted.map(\.uuid)), .int8Array(known.map(\.version)), .int8Array(known.map(\.writer)),
                ])
        ]
    }

    /// The state that those statements returned.
    public func workspace(reading results: ArraySlice<QueryResult>) throws -> Workspace {
        var workspace = Workspace()
        guard let found = results.first else { return workspace }
        for row in found.rows {
            guard let identifier = try row.optionalUUID("household") else {
                workspace.writer = try row.int8("writer")
                continue
            }
            let household = HouseholdID(identifier)
            let version = try row.int8("version")
            guard let bytes = try row.optionalBytes("state") else {
                guard let state = cache.state(of: household, version: version) else {
                    // It left the cache between question and answer: the batch is tried again, and asks for it.
                    throw EngineError.stateForgotten
                }
                workspace.entries[household] = Workspace.Entry(version: version, state: state)
                continue
            }
            let state: Procedure.State? = HouseholdDocument.state(reading: bytes)
            workspace.take(state, of: household, version, known: cache.state(of: household, version: version))
        }
        return workspace
    }

    /// Documents that somebody else had written over.
    public func findings(in workspace: Workspace) -> [DocumentFinding] { workspace.findings }

    /// One message: an answer, facts, or a refusal.
    public func handle(_ message: InboundMessage, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<Procedure.Row>]
    {
        let (event, household) = try message.addressed()
        var entry = try workspace.entry(of: household)
        let before = entry.state
        let effects = try procedure.handle(event, of: household, state: &entry.state, now: now)
        workspace.keep(entry, of: household, changedFrom: before)
        return effects
    }

    /// An event that waits for an operator. One that cannot be read is nobody's who could be told.
    public func delayed(_ message: InboundMessage, behind hold: HouseholdHold, now: Instant) -> [OutgoingRecord] {
        guard let (event, household) = try? message.addressed() else { return [] }
        return procedure.delayed(event, of: household, behind: hold, now: now)
    }

    /// An event that an operator has taken out.
    public func discarded(_ message: InboundMessage, now: Instant) -> [OutgoingRecord] {
        guard let (event, household) = try? message.addressed() else { return [] }
        return procedure.discarded(event, of: household, now: now)
    }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<Procedure.Row>]
    {
        var entry = try workspace.entry(of: deadline.household)
        let before = entry.state
        let effects = procedure.fire(deadline, state: &entry.state, now: now)
        workspace.keep(entry, of: deadline.household, changedFrom: before)
        return effects
    }

    /// The kinds of clocks that the service sets.
    public var clockKinds: [ClockKind] { procedure.clockKinds }

    /// Clocks that run without an event.
    public func standingClocks(now: Instant) -> [Deadline] { procedure.standingClocks(now: now) }

    /// A clock of the household falls due at another time now.
    public func moved(_ deadline: Deadline, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<Procedure.Row>]
    {
        var entry = try workspace.entry(of: deadline.household)
        let before = entry.state
        let effects = procedure.moved(deadline, state: &entry.state, now: now)
        workspace.keep(entry, of: deadline.household, changedFrom: before)
        return effects
    }

    /// What the batch has changed, one statement a table at the most.
    public func writes(of workspace: inout Workspace, rows: [Procedure.Row]) -> [Query] {
        // By their places, since an entry is too much to be moved about for a sort.
        let changed = workspace.entries.indices.filter { workspace.entries.values[$0].isChanged }
            .sorted { workspace.entries.keys[$0] < workspace.entries.keys[$1] }
        var queries = procedure.writes(rows)
        guard !changed.isEmpty else { return queries }
        let documents = changed.map { place in
            var writer = JSONWriter(reserving: 1024)
            workspace.entries.values[place].state.write(to: &writer)
            workspace.entries.values[place].bytes = writer.bytes.count
            return writer.bytes
        }
        queries.append(
            Query(
                guards.householdLock ? SQL.writeHouseholds : SQL.overwriteHouseholds,
                [
                    .uuidArray(changed.map { workspace.entries.keys[$0].uuid }),
                    .int8Array(changed.map { workspace.entries.values[$0].version + 1 }), .bytesArray(documents),
                    .int8(Int64(changed.count)),
                ]))
        return queries
    }
}

extension HouseholdBatch {
    /// Remembers the states that are in the database now.
    public func committed(_ workspace: Workspace) {
        cache.keep(
            workspace.entries.filter(\.value.isChanged).map { household, entry in
                StateCache.Known(
                    household: household, version: entry.version + 1, writer: workspace.writer, state: entry.state,
                    bytes: entry.bytes)
            })
    }
}

extension HouseholdBatch.Workspace {
    /// What a document says, and what this process has in memory of the same version. Only a document that somebody else has
    /// written over comes here with both.
    fileprivate mutating func take(
        _ state: Procedure.State?, of household: HouseholdID, _ version: Int64, known: Procedure.State?
    ) {
        switch (state, known) {
        case (let state?, let known):
            entries[household] = Entry(version: version, state: state)
            if let known, known != state { findings.append(DocumentFinding(household: household, kind: .taken)) }
        case (nil, let known?):
            // The only whole copy: written again at once, not only when something changes.
            entries[household] = Entry(version: version, state: known, isChanged: true)
            findings.append(DocumentFinding(household: household, kind: .replaced))
        case (nil, nil): unreadable.insert(household)
        }
    }

    func entry(of household: HouseholdID) throws(MessageFailure) -> Entry {
        guard !unreadable.contains(household) else {
            throw MessageFailure(
                code: "state-unreadable",
                reason: "The household's document is not one that this version of the service can read.")
        }
        return entries[household] ?? Entry(version: 0, state: Procedure.State())
    }

    mutating func keep(_ entry: Entry, of household: HouseholdID, changedFrom before: Procedure.State) {
        var entry = entry
        if entry.state != before { entry.isChanged = true }
        entries[household] = entry
    }
}

extension JSONLimits {
    /// Limits of a household's document: it is ours, so it may be longer and deeper than an event.
    package static let state = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 64, maximumStringCharacters: 20_000)
}
