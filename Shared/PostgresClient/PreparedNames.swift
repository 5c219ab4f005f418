/// Which statements a connection holds prepared, under which names and for which parameter types.
///
/// Every Parse gets a name that was not used before on the connection, so that a preparation whose fate we misjudge
/// can never be mistaken for another. Only what the server has confirmed is recorded.
struct PreparedNames {
    /// A statement as the server holds it, or is about to.
    struct Entry: Equatable {
        let text: String
        let types: [UInt32]
        let serverName: String
    }

    /// Beyond this many preparations a connection uses the unnamed statement, prepared at every use.
    static let limit = 512
    /// PostgreSQL cuts names at 63 bytes without a word.
    private static let longestPlainName = 48

    private var entries: [String: Entry] = [:]
    private var uses: [String: Int] = [:]
    private var reservations = 0

    /// The preparation that serves these parameter types; a null (type 0) goes with any type.
    func entry(for statement: SQLStatement, types: [UInt32]) -> Entry? {
        guard let entry = entries[statement.name], entry.serves(statement, types) else { return nil }
        return entry
    }

    /// A fresh name for preparing the statement. Types that are not known this time are taken from the last time.
    mutating func reserve(_ statement: SQLStatement, types: [UInt32]) -> Entry {
        let merged = mergedTypes(statement, types)
        guard reservations < PreparedNames.limit else {
            return Entry(text: statement.text, types: merged, serverName: "")
        }
        reservations += 1
        let use = uses[statement.name, default: 0] + 1
        uses[statement.name] = use
        let base = PreparedNames.plainName(statement.name)
        return Entry(text: statement.text, types: merged, serverName: use == 1 ? base : "\(base)#\(use)")
    }

    /// The server has confirmed the preparation. The unnamed statement does not last and is not recorded.
    mutating func confirm(_ statement: SQLStatement, _ entry: Entry) {
        guard !entry.serverName.isEmpty else { return }
        entries[statement.name] = entry
    }

    /// The server does not honour the preparation any more.
    mutating func forget(_ statement: SQLStatement) { entries[statement.name] = nil }

    private func mergedTypes(_ statement: SQLStatement, _ types: [UInt32]) -> [UInt32] {
        guard let known = entries[statement.name], known.text == statement.text, known.types.count == types.count
        else { return types }
        return zip(types, known.types).map { $0 == PostgresType.unspecified ? $1 : $0 }
    }

    private static func plainName(_ name: String) -> String {
        guard name.utf8.count > longestPlainName else { return name }
        // FNV-1a keeps long names apart that begin alike.
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(decoding: name.utf8.prefix(32).filter { $0 < 0x80 }, as: UTF8.self) + "~"
            + String(hash, radix: 16)
    }
}

extension PreparedNames.Entry {
    /// Whether it is a preparation of this statement for these parameter types.
    func serves(_ statement: SQLStatement, _ types: [UInt32]) -> Bool {
        guard self.types.count == types.count, text == statement.text else { return false }
        return zip(types, self.types).allSatisfy { $0 == $1 || $0 == PostgresType.unspecified }
    }
}
