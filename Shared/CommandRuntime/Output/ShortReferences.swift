/// Short references to what services name by long identifiers: as many of the last characters as tell a list's entries apart,
/// eight at the least. Every identifier of ours ends in what was drawn or hashed; what agencies have chosen is short already and
/// stays as it is.
public struct ShortReferences: Sendable {
    /// The longest identifier that a person is shown as it is.
    static let longestWhole = 24
    private static let least = 8

    private let length: Int

    /// References that tell these identifiers apart.
    public init(_ identifiers: some Sequence<String>) {
        let long = Set(identifiers.filter(ShortReferences.isLong))
        let longest = long.map(\.count).max() ?? 0
        var length = ShortReferences.least
        while length < longest, Set(long.map { $0.suffix(length) }).count < long.count { length += 1 }
        self.length = length
    }

    /// The reference to one of them.
    public func callAsFunction(_ identifier: String) -> String {
        ShortReferences.isLong(identifier) ? String(identifier.suffix(length)) : identifier
    }

    /// Whether it is long, and of the characters alone that identifiers of ours are made of.
    private static func isLong(_ identifier: String) -> Bool {
        identifier.count > longestWhole
            && identifier.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }

    /// What a person's word can mean.
    public enum Match: Sendable, Equatable {
        /// This one.
        case one(String)
        /// Several; give more of it.
        case several([String])
        /// None of them.
        case none
    }

    /// Which of these identifiers a word means: a whole one, else a beginning or an end that no other has. Capitals are no
    /// difference in what is not whole, and a word of fewer than four characters is whole or nothing.
    public static func find(_ word: String, among identifiers: some Sequence<String>) -> Match {
        let all = Set(identifiers)
        if all.contains(word) { return .one(word) }
        guard word.count >= 4 else { return .none }
        let wanted = word.lowercased()
        let found = all.filter { $0.lowercased().hasPrefix(wanted) || $0.lowercased().hasSuffix(wanted) }.sorted()
        switch found.count {
        case 0: return .none
        case 1: return .one(found[0])
        default: return .several(found)
        }
    }
}
