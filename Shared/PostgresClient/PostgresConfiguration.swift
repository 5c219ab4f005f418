import CLibPQ

/// Where the database is and how a connection behaves. No description shows the password.
public struct PostgresConfiguration: Sendable {
    private let url: String
    /// Shown in `pg_stat_activity`; `nil` leaves what the URL says.
    public var applicationName: String?
    /// Schemas searched for unqualified names, first to last; empty leaves the server's own setting.
    public var schemaSearchPath: [String]
    /// Settings of the server for this connection, such as `jit` or `work_mem`, by name.
    public var serverSettings: [String: String]
    /// How long connecting may take, over all addresses, in milliseconds; `nil` leaves what the URL says with
    /// `connect_timeout`, in seconds, or else 5,000.
    public var connectTimeoutMilliseconds: Int?
    /// How long the server lets a statement run, in milliseconds; `nil` leaves the server's own setting.
    public var statementTimeoutMilliseconds: Int?
    /// How long the server may say nothing to what it was sent, in milliseconds, before the connection is given up; `nil` gives
    /// it as long as a statement may run, and `answerMarginMilliseconds` more.
    public var answerTimeoutMilliseconds: Int?
    /// Where exchanges are noted while they wait for their answer; `nil` notes them nowhere.
    public var exchanges: ExchangeWatch?

    /// What a server has beyond the time that it lets a statement run: to notice that itself, and to say so.
    public static let answerMarginMilliseconds = 15_000
    /// For how long an answer is waited for where no statement has a limit: as five minutes for each.
    private static let longestStatementMilliseconds = 300_000

    /// From a connection URL (`postgresql://user@host:5432/database`) or a keyword string, as libpq reads them.
    public init(
        url: String, applicationName: String? = nil, schemaSearchPath: [String] = [],
        serverSettings: [String: String] = [:], connectTimeoutMilliseconds: Int? = nil,
        statementTimeoutMilliseconds: Int? = nil, answerTimeoutMilliseconds: Int? = nil
    ) {
        self.url = url
        self.applicationName = applicationName
        self.schemaSearchPath = schemaSearchPath
        self.serverSettings = serverSettings
        self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        self.statementTimeoutMilliseconds = statementTimeoutMilliseconds
        self.answerTimeoutMilliseconds = answerTimeoutMilliseconds
    }

    /// The keywords for libpq. The URL comes first, since of two like keywords the later one counts.
    func keywords() throws(PostgresError) -> [(String, String)] {
        let given = try parsed()
        var keywords = [("dbname", url), ("client_encoding", "UTF8")]
        if let applicationName { keywords.append(("application_name", applicationName)) }
        let options = ([given["options"]].compactMap { $0 } + serverOptions).joined(separator: " ")
        if !options.isEmpty { keywords.append(("options", options)) }
        // A peer that is gone without a word is noticed within half a minute.
        let defaults = [
            ("tcp_user_timeout", "30000"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "4"),
        ]
        return keywords + defaults.filter { given[$0.0] == nil }
    }

    /// How long connecting may take. libpq keeps to `connect_timeout` only where it blocks, which it never does here.
    func connectLimitMilliseconds() throws(PostgresError) -> Int {
        if let connectTimeoutMilliseconds { return connectTimeoutMilliseconds }
        guard let seconds = try parsed()["connect_timeout"].flatMap(Int.init), seconds > 0 else { return 5_000 }
        return min(seconds, 3600) * 1000
    }

    /// How long the server may say nothing, in milliseconds. A server that works keeps its own limit before that, and whoever
    /// is frozen keeps none; TCP does not notice it either, since the kernel answers for it.
    var answerLimitMilliseconds: Int {
        answerTimeoutMilliseconds ?? (statementTimeoutMilliseconds ?? Self.longestStatementMilliseconds)
            + Self.answerMarginMilliseconds
    }

    /// Whether libpq makes something of the URL, and its ports are ports. Nobody is asked.
    public var isReadable: Bool {
        guard let values = try? parsed() else { return false }
        return (values["port"] ?? "").split(separator: ",").allSatisfy { UInt16($0).map { $0 > 0 } == true }
    }

    /// How the URL is written.
    public static let form = "postgresql://user:password@host:5432/database"

    private var serverOptions: [String] {
        var options: [String] = []
        if !schemaSearchPath.isEmpty {
            let path = schemaSearchPath.map(quotedIdentifier).joined(separator: ",")
            options.append("-c search_path=" + escapedOption(path))
        }
        for (name, value) in serverSettings.sorted(by: { $0.key < $1.key }) {
            options.append("-c \(name)=" + escapedOption(value))
        }
        if let statementTimeoutMilliseconds { options.append("-c statement_timeout=\(statementTimeoutMilliseconds)") }
        return options
    }

    /// What the URL itself sets.
    private func parsed() throws(PostgresError) -> [String: String] {
        let problem = "the connection URL cannot be read; write \(Self.form)"
        guard !url.utf8.contains(0) else { throw PostgresError(.invalidConfiguration, problem) }
        // libpq's own message quotes the URL, password and all, so it is dropped.
        guard let options = PQconninfoParse(url, nil) else { throw PostgresError(.invalidConfiguration, problem) }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// User, host, port and database.
    public var description: String {
        guard let values = try? parsed() else { return "unreadable connection URL" }
        let user = values["user"].map { "\($0)@" } ?? ""
        let port = values["port"].map { ":\($0)" } ?? ""
        let address = values["host"] ?? values["hostaddr"] ?? "default host"
        return "\(user)\(address)\(port)/\(values["dbname"] ?? "default database")"
    }

    /// The same as the description.
    public var debugDescription: String { description }

    /// Only the description, so that `dump` does not show the password either.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

private func quotedIdentifier(_ name: String) -> String {
    var quoted = "\""
    for character in name { quoted += character == "\"" ? "\"\"" : String(character) }
    return quoted + "\""
}

/// The server splits its options at white space; a backslash keeps a character.
private func escapedOption(_ text: String) -> String {
    var escaped = ""
    for character in text {
        if character == "\\" || character.isWhitespace { escaped.append("\\") }
        escaped.append(character)
    }
    return escaped
}
