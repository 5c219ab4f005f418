/// What stands in a string that a rule asks for, found by the one pass that checks the string: a text without any of it
/// costs nothing more.
package struct TextMarks: OptionSet, Sendable {
    package let rawValue: UInt8

    /// Backslashes: how it is written, not what it says.
    package static let escapes = TextMarks(rawValue: 1)
    /// A line feed, a tab, or a line or paragraph separator, which belong into long texts only.
    package static let lines = TextMarks(rawValue: 2)
    /// Any other control character: C0, DEL or C1.
    package static let controls = TextMarks(rawValue: 4)
    /// A character that changes the direction of what is shown after it, so that a name can look like another.
    package static let directions = TextMarks(rawValue: 8)
    /// More characters than any text may have.
    package static let tooLong = TextMarks(rawValue: 16)

    /// What a text of one line must not hold.
    package static let unfitForALine: TextMarks = [.lines, .controls, .directions]

    /// The mark of one scalar.
    package init(scalar: UInt32) {
        switch scalar {
        case 0x09, 0x0A, 0x2028, 0x2029: self = .lines
        case 0x00..<0x20, 0x7F...0x9F: self = .controls
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: self = .directions
        default: self = []
        }
    }

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The marks of a text that was no JSON: a record's header.
    package init(_ text: String) {
        self = []
        for scalar in text.unicodeScalars where scalar.value < 0x20 || scalar.value >= 0x7F {
            formUnion(TextMarks(scalar: scalar.value))
        }
    }
}

/// Whether a text says something: not only white space of whatever script, characters without a width, or fillers. The
/// schemas' patterns list the same characters.
package func saysSomething(_ text: String) -> Bool {
    // Most texts begin with a letter or a digit.
    if let first = text.utf8.first, first > 0x20, first < 0x7F { return true }
    return text.unicodeScalars.contains { !isBlank($0.value) }
}

private func isBlank(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x00...0x20, 0x7F...0xA0, 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x1680, 0x17B4, 0x17B5, 0x180B...0x180F,
        0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x2800, 0x3000, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0:
        true
    default: false
    }
}
