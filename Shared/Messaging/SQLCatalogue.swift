import PostgresClient

/// The engine's statements. Their text is in `SQL/`, one file each.
enum SQL {
    static let findSchema = SQLStatement(name: "find_schema", bytes: PackageResources.find_schema_sql)
    static let readClock = SQLStatement(name: "read_clock", bytes: PackageResources.read_clock_sql)
    static let lockPositions = SQLStatement(name: "lock_positions", bytes: PackageResources.lock_positions_sql)
    static let readPositions = SQLStatement(name: "read_positions", bytes: PackageResources.read_positions_sql)
    static let createPositions = SQLStatement(name: "create_positions", bytes: PackageResources.create_positions_sql)
    static let advancePositions = SQLStatement(name: "advance_positions", bytes: PackageResources.advance_positions_sql)
    static let insertInbox = SQLStatement(name: "insert_inbox", bytes: PackageResources.insert_inbox_sql)
    static let lockHouseholds = SQLStatement(name: "lock_households", bytes: PackageResources.lock_households_sql)
    static let holdHouseholds = SQLStatement(name: "hold_households", bytes: PackageResources.hold_households_sql)
    static let writeHouseholds = SQLStatement(name: "write_households", bytes: PackageResources.write_households_sql)
    static let insertOutbox = SQLStatement(name: "insert_outbox", bytes: PackageResources.insert_outbox_sql)
    static let readOutbox = SQLStatement(name: "read_outbox", bytes: PackageResources.read_outbox_sql)
    static let readOldestTransaction = SQLStatement(
        name: "read_oldest_transaction", bytes: PackageResources.read_oldest_transaction_sql)
    static let readLastOutboxID = SQLStatement(
        name: "read_last_outbox_id", bytes: PackageResources.read_last_outbox_id_sql)
    static let readOwnTransaction = SQLStatement(
        name: "read_own_transaction", bytes: PackageResources.read_own_transaction_sql)
    static let deleteOutbox = SQLStatement(name: "delete_outbox", bytes: PackageResources.delete_outbox_sql)
    static let armDeadlines = SQLStatement(name: "arm_deadlines", bytes: PackageResources.arm_deadlines_sql)
    static let disarmDeadlines = SQLStatement(name: "disarm_deadlines", bytes: PackageResources.disarm_deadlines_sql)
    static let findDueHouseholds = SQLStatement(
        name: "find_due_households", bytes: PackageResources.find_due_households_sql)
    static let takeDueDeadlines = SQLStatement(
        name: "take_due_deadlines", bytes: PackageResources.take_due_deadlines_sql)
    static let readNextDue = SQLStatement(name: "read_next_due", bytes: PackageResources.read_next_due_sql)
    static let readParked = SQLStatement(name: "read_parked", bytes: PackageResources.read_parked_sql)
    static let parkHouseholds = SQLStatement(name: "park_households", bytes: PackageResources.park_households_sql)
    static let parkMessages = SQLStatement(name: "park_messages", bytes: PackageResources.park_messages_sql)
    static let leadRelay = SQLStatement(name: "lead_relay", bytes: PackageResources.lead_relay_sql)
}
