import CommandRuntime
import Safeguarding
import ServiceRuntime

/// What commands put on record, by one rule for all of them: who acts, and why.
extension Invocation {
    /// Who acts, by `--by`: a person's name in full, and what they are.
    func person() throws(UsageError) -> String { try namedPerson().text }

    /// The same, taken apart.
    func namedPerson() throws(UsageError) -> NamedPerson {
        guard let person = NamedPerson(value("by") ?? "") else {
            throw UsageError(
                "Give --by with a person's name in full, and what they are: --by 'Sam Example, operator'. It goes on record."
            )
        }
        return person
    }

    /// Why, by `--reason`.
    func reason() throws(UsageError) -> String { try recorded("reason") }

    /// The text of an option that goes on record.
    func recorded(_ option: String) throws(UsageError) -> String {
        let text = (value(option) ?? "").trimmed
        guard !text.isEmpty else { throw UsageError("Give --\(option): it goes on record.") }
        return text
    }

    /// A household as people type it: its 32 hexadecimal digits, in whatever case, with or without the dashes that
    /// PostgreSQL and most other programs put into such an identifier.
    static func household(_ text: String) throws(UsageError) -> HouseholdID {
        let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        let isWhole = parts.count == 1 || parts.map(\.count) == [8, 4, 4, 4, 12]
        guard isWhole, let household = HouseholdID(parts.joined()) else {
            throw UsageError(
                "'\(text)' is no household's identifier, which is 32 hexadecimal digits, with or without dashes.")
        }
        return household
    }
}

/// A person as a record names them: given and family name, and after a comma what they are. `admin` is nobody.
struct NamedPerson: Sendable, Equatable {
    /// The longest that a record keeps, in characters.
    static let maximumCharacters = 200

    /// As it goes on record.
    let text: String
    /// Given and family name.
    let name: String
    /// What they are.
    let role: String

    /// `nil` unless the part before the first comma has two words at least that begin with a letter, what follows it says with a
    /// letter at least what they are, and all of it can be kept and shown as it is.
    init?(_ text: String) {
        let text = text.trimmed
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let words = parts[0].split(whereSeparator: \.isWhitespace)
        guard words.count(where: { $0.first?.isLetter == true }) >= 2, parts[1].contains(where: \.isLetter),
            text.count <= NamedPerson.maximumCharacters, !text.unicodeScalars.contains(where: TerminalText.isHostile)
        else { return nil }
        (self.text, name, role) = (text, String(parts[0]).trimmed, String(parts[1]).trimmed)
    }
}

extension String {
    /// Without the whitespace around it.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
