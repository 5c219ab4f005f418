/// A statement with its static name, under which each connection prepares it once.
///
/// The first use on a connection carries the preparation in the same pipeline, so it costs no round trip. A statement
/// that a connection has seen with other parameter types is prepared again under a name of its own.
public struct SQLStatement: Sendable, Hashable {
    /// Names the statement in errors, in `pg_prepared_statements` and in counts.
    public let name: String
    /// One SQL statement with `$1` … `$n` for parameters.
    public let text: String
    /// Why the statement can never be sent; `nil` for a sound one.
    let defect: String?

    /// A statement with its name.
    public init(name: String, _ text: String) {
        self.name = name
        self.text = text
        defect = SQLStatement.defect(name: name, text: text)
    }

    /// A statement from UTF-8 bytes, as an embedded resource holds it. Bytes that are not UTF-8 are refused, with an
    /// `encoding` error, when the statement is first run.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        if let text = String(validating: bytes, as: UTF8.self) {
            self.text = text
            defect = SQLStatement.defect(name: name, text: text)
        } else {
            text = ""
            defect = "the statement is not UTF-8; mend its file"
        }
    }

    var isCommit: Bool { text.prefix(6).lowercased() == "commit" }

    private static func defect(name: String, text: String) -> String? {
        if name.isEmpty { return "the statement has no name" }
        // A C string ends at the first zero byte: the rest would be cut without a word.
        if name.utf8.contains(0) || text.utf8.contains(0) { return "the statement holds a zero byte; mend its file" }
        return nil
    }
}
