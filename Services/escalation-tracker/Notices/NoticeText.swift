/// Texts of notices that are put together.
enum NoticeText {
    /// As long as a text may be, in Unicode scalars: what is longer nobody could read.
    static let maximumCharacters = 20_000

    /// The texts in order, with a space between; cut at the end where an agency's own words have the length alone that a text may have.
    static func joined(_ texts: [String?]) -> String {
        let text = texts.compactMap(\.self).joined(separator: " ")
        guard text.unicodeScalars.count > maximumCharacters else { return text }
        return String(text.unicodeScalars.prefix(maximumCharacters - 1)) + "…"
    }
}
