/// A five-character condition code of PostgreSQL (appendix A of its manual), and what it means to a caller.
struct SQLState: Hashable, Sendable {
    let text: String

    /// `nil` unless the text is five digits or upper-case letters.
    init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count == 5, bytes.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }) else {
            return nil
        }
        self.text = text
    }

    private init(known: String) { text = known }

    static let featureNotSupported = SQLState(known: "0A000")
    static let uniqueViolation = SQLState(known: "23505")
    static let foreignKeyViolation = SQLState(known: "23503")
    static let invalidStatementName = SQLState(known: "26000")
    static let duplicatePreparedStatement = SQLState(known: "42P05")
    static let lockNotAvailable = SQLState(known: "55P03")
    static let queryCancelled = SQLState(known: "57014")
    static let readOnly = SQLState(known: "25006")

    private static let transient: Set<String> = [
        "25006",  // read-only: a standby that somebody will promote, or a server that was told so
        "25P03",  // idle in transaction too long
        "40001", "40P01",  // serialisation failure, deadlock
        "55P03",  // lock not available
        "57014",  // statement timeout: under load the same statement may well pass later
        "57P01", "57P02", "57P03", "57P05",  // shutdown, crash, starting up, idle session
        "58030",  // input or output error
    ]

    /// Whether the same work may succeed if it is done again from the start.
    var isTransient: Bool {
        text.hasPrefix("08") || text.hasPrefix("53") || SQLState.transient.contains(text)
    }

    /// Whether the server refuses the prepared statement that we hold, so that it must be prepared anew.
    var meansStalePreparation: Bool {
        self == .featureNotSupported || self == .invalidStatementName || self == .duplicatePreparedStatement
    }

    /// Whether this session will go on to refuse whatever is done again. Whether a session may write is settled when it
    /// begins: only a new one finds that the database takes writes again.
    var staysWithSession: Bool { self == .readOnly }

    /// What happened, in words that hold no data; `nil` for conditions that need no words of their own.
    var sentence: String? { SQLState.sentences[text] ?? SQLState.sentences[String(text.prefix(2))] }

    /// By the code, or by its class. The runbook has each of those that everybody waits for.
    static let sentences: [String: String] = [
        "08": "the connection failed",
        "22": "a value was refused; check what the statement was given",
        "23": "a constraint refused the row",
        "23502": "a value is missing that the table demands",
        "23503": "a row is referred to that does not exist, or that others still refer to",
        "23505": "a row with this key exists already",
        "23514": "a check constraint refused the row",
        "25006":
            "the database is read-only; if it is a standby, connect to the primary, else look at default_transaction_read_only",
        "25P02": "the transaction is aborted; roll back and start again",
        "25P03": "the transaction was idle for too long and the server closed it; do the work again",
        "28": "the server refused the user or the password; check the connection URL and pg_hba.conf",
        "3D000": "the database does not exist; create it or check the name in the connection URL",
        "3F000": "the schema does not exist; run the migrations",
        "40001": "another transaction came first; do the whole transaction again",
        "40P01": "a deadlock was broken; do the whole transaction again",
        "42": "the statement does not fit the schema; run the migrations or mend the statement",
        "42501": "the user may not do this; grant the right",
        "53": "the server is short of something; try again later",
        "53100": "the server's disk is full; make room on it",
        "53300": "the server has no connection free; raise max_connections or make the pools smaller",
        "55000": "the database takes no connections now; see ALTER DATABASE … ALLOW_CONNECTIONS",
        "55P03": "a lock was not free in time; try again",
        "57014": "the statement was cancelled or ran into statement_timeout",
        "57P01": "the server closed the connection on an administrator's order; connect again",
        "57P02": "the server closed the connection after a crash; connect again",
        "57P03": "the server is starting up or shutting down; connect again later",
        "58": "the server met an error outside itself, such as a full or failing disk",
        "XX": "the server met an error of its own; see first whether its disk is full, then read its log",
    ]
}
