import PostgresClient
import Safeguarding

/// What a service does with a batch: which state it reads, what it makes of each message, which state it writes.
///
/// Services whose state is one document a household implement `HouseholdProcedure` and are adapted by `HouseholdBatch`.
/// Intake implements this one, since it must first find out which household an event is about.
public protocol BatchProcedure: Sendable {
    /// The state that the batch works on, in memory, from its read to its write.
    associatedtype Workspace: Sendable
    /// A row of the service's own tables.
    associatedtype Row: Sendable

    /// The household in whose order a message stands, where that is known before it is handled.
    func household(of message: InboundMessage) -> HouseholdID?

    /// Types of events that stand on the service's topics for others: they cost no transaction, only a step of the
    /// position. A type that is unknown is not one of them.
    var ignoredTypes: Set<String> { get }

    /// What must be read and locked for these messages: a fixed number of statements.
    func reads(for messages: [InboundMessage]) -> [Query]

    /// What must be read and locked to fire clocks of these households.
    func reads(firing households: [HouseholdID]) -> [Query]

    /// The state that those statements returned, in their order.
    func workspace(reading results: ArraySlice<QueryResult>) throws -> Workspace

    /// One message. A failure leaves the workspace as it was.
    func handle(_ message: InboundMessage, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<Row>]

    /// An event that came before, under another offset. It has no second effect; intake may have something to say.
    func handleRepeated(_ message: InboundMessage, in workspace: inout Workspace, now: Instant) -> [Effect<Row>]

    /// A message that is given up and goes to the dead letters: what is said about it in the same transaction. Nothing of
    /// what it said may be stored, since that may be what the database refused.
    func handleGivenUp(
        _ message: InboundMessage, because failure: MessageFailure, in workspace: inout Workspace, now: Instant
    ) -> [Effect<Row>]

    /// An event that does not come into effect before an operator has seen to its household: it could not be handled itself, or
    /// waits behind one that could not. What is said of that, to whoever waits for it. Nothing of the state is known here, since
    /// the state may be what is wrong.
    func delayed(_ message: InboundMessage, behind hold: HouseholdHold, now: Instant) -> [OutgoingRecord]

    /// An event that will never be handled, since an operator has discarded it or handled another in its place. What is said of
    /// that, to whoever was told that it waits; in the transaction that ends its waiting.
    func discarded(_ message: InboundMessage, now: Instant) -> [OutgoingRecord]

    /// One clock that has fallen due.
    func fire(_ deadline: DueDeadline, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<Row>]

    /// The kinds of clocks that the service sets, with what happens when one falls due.
    var clockKinds: [ClockKind] { get }

    /// Clocks that run without an event. They are set when the service starts, if they are not set yet.
    func standingClocks(now: Instant) -> [Deadline]

    /// A clock of the household falls due at another time now, since an operator has asked for that.
    func moved(_ deadline: Deadline, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<Row>]

    /// What to write: a fixed number of statements.
    func writes(of workspace: inout Workspace, rows: [Row]) -> [Query]

    /// What was written has been committed.
    func committed(_ workspace: Workspace)

    /// Documents that somebody else had written over, of a workspace that was committed.
    func findings(in workspace: Workspace) -> [DocumentFinding]

    /// How to carry an operator's request out that only this service knows; `nil` if it does not know it.
    func plan(for request: ServiceRequest) -> ServiceRequestPlan?
}

extension BatchProcedure {
    /// A service that remembers nothing between batches has nothing to note.
    public func committed(_ workspace: Workspace) {}

    /// A service without documents finds nothing in them.
    public func findings(in workspace: Workspace) -> [DocumentFinding] { [] }

    /// Who has nobody to answer says nothing.
    public func handleGivenUp(
        _ message: InboundMessage, because failure: MessageFailure, in workspace: inout Workspace, now: Instant
    ) -> [Effect<Row>] {
        []
    }

    /// A service without requests of its own knows none.
    public func plan(for request: ServiceRequest) -> ServiceRequestPlan? { nil }

    /// A service whose events nobody waits for says nothing.
    public func delayed(_ message: InboundMessage, behind hold: HouseholdHold, now: Instant) -> [OutgoingRecord] { [] }

    /// A service whose events nobody waits for says nothing.
    public func discarded(_ message: InboundMessage, now: Instant) -> [OutgoingRecord] { [] }

    /// A service without clocks has no kinds of them.
    public var clockKinds: [ClockKind] { [] }

    /// Most clocks begin with an event.
    public func standingClocks(now: Instant) -> [Deadline] { [] }

    /// A service that shows its clocks nowhere else has nothing to correct.
    public func moved(_ deadline: Deadline, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<Row>]
    {
        []
    }

    /// A service that needs every event ignores none.
    public var ignoredTypes: Set<String> { [] }

    /// Behind intake a repetition is nothing to speak of.
    public func handleRepeated(_ message: InboundMessage, in workspace: inout Workspace, now: Instant) -> [Effect<Row>]
    {
        []
    }
}
