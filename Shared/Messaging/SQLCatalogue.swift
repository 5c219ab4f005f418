import PostgresClient

/// The engine's statements. Their text is in `SQL/`, one file each.
enum SQL {
    static let findSchema = SQLStatement(name: "find_schema", bytes: PackageResources.find_schema_sql)
    static let readClock = SQLStatement(name: "read_clock", bytes: PackageResources.read_clock_sql)
    static let readServerStart = SQLStatement(
        name: "read_server_start", bytes: PackageResources.read_server_start_sql)
    static let lockPositions = SQLStatement(name: "lock_positions", bytes: PackageResources.lock_positions_sql)
    static let readPositions = SQLStatement(name: "read_positions", bytes: PackageResources.read_positions_sql)
    static let createPositions = SQLStatement(name: "create_positions", bytes: PackageResources.create_positions_sql)
    static let advancePositions = SQLStatement(name: "advance_positions", bytes: PackageResources.advance_positions_sql)
    static let readWrittenLogs = SQLStatement(name: "read_written_logs", bytes: PackageResources.read_written_logs_sql)
    static let noteWrittenLogs = SQLStatement(name: "note_written_logs", bytes: PackageResources.note_written_logs_sql)
    static let noteLostLog = SQLStatement(name: "note_lost_log", bytes: PackageResources.note_lost_log_sql)
    static let readLostLogs = SQLStatement(name: "read_lost_logs", bytes: PackageResources.read_lost_logs_sql)
    static let askForLostLog = SQLStatement(name: "ask_for_lost_log", bytes: PackageResources.ask_for_lost_log_sql)
    static let settleLostLog = SQLStatement(name: "settle_lost_log", bytes: PackageResources.settle_lost_log_sql)
    static let lockStates = SQLStatement(name: "lock_states", bytes: PackageResources.lock_states_sql)
    static let insertInbox = SQLStatement(name: "insert_inbox", bytes: PackageResources.insert_inbox_sql)
    static let lockHouseholds = SQLStatement(name: "lock_households", bytes: PackageResources.lock_households_sql)
    static let holdHouseholds = SQLStatement(name: "hold_households", bytes: PackageResources.hold_households_sql)
    static let writeHouseholds = SQLStatement(name: "write_households", bytes: PackageResources.write_households_sql)
    static let insertOutbox = SQLStatement(name: "insert_outbox", bytes: PackageResources.insert_outbox_sql)
    static let readOutbox = SQLStatement(name: "read_outbox", bytes: PackageResources.read_outbox_sql)
    static let takeOperatorRequest = SQLStatement(
        name: "take_operator_request", bytes: PackageResources.take_operator_request_sql)
    static let holdParkedHousehold = SQLStatement(
        name: "hold_parked_household", bytes: PackageResources.hold_parked_household_sql)
    static let readParkedMessages = SQLStatement(
        name: "read_parked_messages", bytes: PackageResources.read_parked_messages_sql)
    static let deleteParkedMessages = SQLStatement(
        name: "delete_parked_messages", bytes: PackageResources.delete_parked_messages_sql)
    static let failParkedMessage = SQLStatement(
        name: "fail_parked_message", bytes: PackageResources.fail_parked_message_sql)
    static let unparkHousehold = SQLStatement(
        name: "unpark_household", bytes: PackageResources.unpark_household_sql)
    static let settleOperatorRequest = SQLStatement(
        name: "settle_operator_request", bytes: PackageResources.settle_operator_request_sql)
    static let submitOperatorRequest = SQLStatement(
        name: "submit_operator_request", bytes: PackageResources.submit_operator_request_sql)
    static let readOperatorRequest = SQLStatement(
        name: "read_operator_request", bytes: PackageResources.read_operator_request_sql)
    static let reposition = SQLStatement(name: "reposition", bytes: PackageResources.reposition_sql)
    static let readAllPositions = SQLStatement(
        name: "read_all_positions", bytes: PackageResources.read_all_positions_sql)
    static let turnInbox = SQLStatement(name: "turn_inbox", bytes: PackageResources.turn_inbox_sql)
    static let readGauges = SQLStatement(name: "read_gauges", bytes: PackageResources.read_gauges_sql)
    static let peekHouseholds = SQLStatement(name: "peek_households", bytes: PackageResources.peek_households_sql)
    static let overwriteHouseholds = SQLStatement(
        name: "overwrite_households", bytes: PackageResources.overwrite_households_sql)
    static let peekDueDeadlines = SQLStatement(
        name: "peek_due_deadlines", bytes: PackageResources.peek_due_deadlines_sql)
    static let readOldestTransaction = SQLStatement(
        name: "read_oldest_transaction", bytes: PackageResources.read_oldest_transaction_sql)
    static let readLastOutboxID = SQLStatement(
        name: "read_last_outbox_id", bytes: PackageResources.read_last_outbox_id_sql)
    static let outboxIsCarried = SQLStatement(name: "outbox_is_carried", bytes: PackageResources.outbox_is_carried_sql)
    static let readOwnTransaction = SQLStatement(
        name: "read_own_transaction", bytes: PackageResources.read_own_transaction_sql)
    static let deleteOutbox = SQLStatement(name: "delete_outbox", bytes: PackageResources.delete_outbox_sql)
    static let shrinkOutbox = SQLStatement(name: "shrink_outbox", bytes: PackageResources.shrink_outbox_sql)
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
    static let declareClockKinds = SQLStatement(
        name: "declare_clock_kinds", bytes: PackageResources.declare_clock_kinds_sql)
    static let armStandingDeadlines = SQLStatement(
        name: "arm_standing_deadlines", bytes: PackageResources.arm_standing_deadlines_sql)
    static let findArmedHouseholds = SQLStatement(
        name: "find_armed_households", bytes: PackageResources.find_armed_households_sql)
    static let readArmedDeadlines = SQLStatement(
        name: "read_armed_deadlines", bytes: PackageResources.read_armed_deadlines_sql)
    static let insertClockMoves = SQLStatement(
        name: "insert_clock_moves", bytes: PackageResources.insert_clock_moves_sql)
    static let countClockMoves = SQLStatement(
        name: "count_clock_moves", bytes: PackageResources.count_clock_moves_sql)
    static let noteOperatorProgress = SQLStatement(
        name: "note_operator_progress", bytes: PackageResources.note_operator_progress_sql)
    static let setDeadlinesAside = SQLStatement(
        name: "set_deadlines_aside", bytes: PackageResources.set_deadlines_aside_sql)
    static let clearDeadlinesAside = SQLStatement(
        name: "clear_deadlines_aside", bytes: PackageResources.clear_deadlines_aside_sql)
    static let clearSettledDeadlinesAside = SQLStatement(
        name: "clear_settled_deadlines_aside", bytes: PackageResources.clear_settled_deadlines_aside_sql)
    static let readDeadlinesAside = SQLStatement(
        name: "read_deadlines_aside", bytes: PackageResources.read_deadlines_aside_sql)
    static let readParkedHouseholds = SQLStatement(
        name: "read_parked_households", bytes: PackageResources.read_parked_households_sql)
    static let noteRequestTrouble = SQLStatement(
        name: "note_request_trouble", bytes: PackageResources.note_request_trouble_sql)
    static let withdrawOperatorRequest = SQLStatement(
        name: "withdraw_operator_request", bytes: PackageResources.withdraw_operator_request_sql)
    static let beginRemoval = SQLStatement(name: "begin_removal", bytes: PackageResources.begin_removal_sql)
    static let takeLease = SQLStatement(name: "take_lease", bytes: PackageResources.take_lease_sql)
    static let endHungHolder = SQLStatement(name: "end_hung_holder", bytes: PackageResources.end_hung_holder_sql)
    static let renewLease = SQLStatement(name: "renew_lease", bytes: PackageResources.renew_lease_sql)
    static let noteRereads = SQLStatement(name: "note_rereads", bytes: PackageResources.note_rereads_sql)
    static let readRereads = SQLStatement(name: "read_rereads", bytes: PackageResources.read_rereads_sql)
}
