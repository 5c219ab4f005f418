import CLibPQ

/// A `PGresult`, freed with this object.
///
/// `@unchecked Sendable`: libpq never changes a result after handing it out, and its manual allows reading one from
/// any thread.
final class ResultHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    /// A result reports misuse to the notice receiver of its connection, even when that is long gone.
    private let notices: NoticeLog

    init(_ pointer: OpaquePointer, notices: NoticeLog) {
        self.pointer = pointer
        self.notices = notices
    }

    deinit { PQclear(pointer) }

    var reply: PipelineMachine.Reply {
        switch PQresultStatus(pointer) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: .success
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: .failure
        case PGRES_PIPELINE_ABORTED: .aborted
        case PGRES_PIPELINE_SYNC: .sync
        default: .unexpected
        }
    }

    /// One field of an error or a notice, by its letter in the protocol.
    func field(_ letter: Unicode.Scalar) -> String? { ResultHandle.field(pointer, letter) }

    static func field(_ pointer: OpaquePointer, _ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(pointer, Int32(letter.value)).map { String(cString: $0) }
    }

    /// The error that this result reports.
    func error(statement: SQLStatement?) -> PostgresError {
        let state = field("C").flatMap(SQLState.init)
        // Without a code it is libpq itself that speaks.
        let explanation = state == nil ? "the connection broke" : state?.sentence ?? "the server refused the statement"
        let diagnostics = ServerDiagnostics(
            constraintName: field("n"), tableName: field("t"), columnName: field("c"))
        return PostgresError(
            code: state == nil ? .connectionLost : .server, explanation: explanation, sqlState: state,
            statementName: statement?.name, diagnostics: diagnostics,
            serverText: String(cString: PQresultErrorMessage(pointer)),
            isStalePreparation: state?.meansStalePreparation ?? false)
    }
}
