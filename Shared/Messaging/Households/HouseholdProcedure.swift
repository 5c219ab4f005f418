import Contracts
import JSON
import Safeguarding

/// What a service does, household by household: pure functions over values.
///
/// The engine reads and locks the state, calls these, and writes what they return in one transaction with the inbox,
/// the positions and the outbox. A procedure has no clock, no randomness and no I/O, so it can be replayed.
public protocol HouseholdProcedure: Sendable {
    /// What the service knows of one household.
    associatedtype State: HouseholdState
    /// A row of the service's own tables.
    associatedtype Row: Sendable = NoRows

    /// Types of events that stand on the service's topics for others. A type that is unknown is not one of them.
    var ignoredTypes: Set<String> { get }

    /// An event of the household, in the order in which the household's events were accepted.
    func handle(_ event: ReceivedEvent, of household: HouseholdID, state: inout State, now: Instant)
        throws(MessageFailure) -> [Effect<Row>]

    /// An event that does not come into effect before an operator has seen to its household.
    func delayed(_ event: ReceivedEvent, of household: HouseholdID, behind hold: HouseholdHold, now: Instant)
        -> [OutgoingRecord]

    /// An event that will never be handled, since an operator has discarded it or handled another in its place.
    func discarded(_ event: ReceivedEvent, of household: HouseholdID, now: Instant) -> [OutgoingRecord]

    /// A clock of the household has fallen due.
    func fire(_ deadline: DueDeadline, state: inout State, now: Instant) -> [Effect<Row>]

    /// The kinds of clocks that the service sets, with what happens when one falls due.
    var clockKinds: [ClockKind] { get }

    /// Clocks that run without an event. They are set when the service starts, if they are not set yet.
    func standingClocks(now: Instant) -> [Deadline]

    /// A clock of the household falls due at another time now, since an operator has asked for that.
    func moved(_ deadline: Deadline, state: inout State, now: Instant) -> [Effect<Row>]

    /// The statements that write the rows, few and fixed in number however many rows there are.
    func writes(_ rows: [Row]) -> [Query]
}

extension HouseholdProcedure {
    /// A service whose events nobody waits for says nothing.
    public func delayed(_ event: ReceivedEvent, of household: HouseholdID, behind hold: HouseholdHold, now: Instant)
        -> [OutgoingRecord]
    {
        []
    }

    /// A service whose events nobody waits for says nothing.
    public func discarded(_ event: ReceivedEvent, of household: HouseholdID, now: Instant) -> [OutgoingRecord] { [] }

    /// A service without clocks has no kinds of them.
    public var clockKinds: [ClockKind] { [] }

    /// Most clocks begin with an event.
    public func standingClocks(now: Instant) -> [Deadline] { [] }

    /// A service that shows its clocks nowhere else has nothing to correct.
    public func moved(_ deadline: Deadline, state: inout State, now: Instant) -> [Effect<Row>] { [] }

    /// A service that needs every event ignores none.
    public var ignoredTypes: Set<String> { [] }
}

extension HouseholdProcedure where Row == NoRows {
    /// A service without tables of its own writes none.
    public func writes(_ rows: [Row]) -> [Query] { [] }
}

/// A household's state as a document.
public protocol HouseholdState: Sendable, Equatable {
    /// A household that nothing is known of yet.
    init()
    /// Reads what `write` wrote; `nil` if it is not that.
    init?(reading value: JSONValue)
    /// Writes the document as one JSON object.
    func write(to writer: inout JSONWriter)
}
