/// Reads why connecting failed out of libpq's message, which in verbose form holds the condition code.
///
/// Such a message names host, port, user and database, never the password.
struct ConnectFailure: Equatable {
    let sqlState: SQLState?
    let reason: String

    init(_ message: String) {
        let lines = message.split(separator: "\n").map { String($0) }
        sqlState = lines.lazy.compactMap(ConnectFailure.state).first
        reason = lines.first ?? "no reason given"
    }

    var error: PostgresError {
        let advice = sqlState?.sentence ?? "is PostgreSQL running there, and is the address right?"
        return PostgresError(.connectionFailed, "\(reason); \(advice)", sqlState: sqlState)
    }

    /// `FATAL:  28P01: password authentication failed …`: the code stands between the severity and the text.
    private static func state(in line: String) -> SQLState? {
        let parts = line.split(separator: ":").map { $0.drop { $0 == " " } }
        // A severity such as FATAL has the form of a code but for the digits.
        let codes = parts.filter { $0.contains(where: \.isNumber) }
        return codes.lazy.compactMap { SQLState(String($0)) }.first
    }
}
