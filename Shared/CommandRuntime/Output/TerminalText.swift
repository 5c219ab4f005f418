/// Text for a terminal. What is written in the program stays as it is; whatever is put into it by interpolation is somebody
/// else's, and comes out on one line and in plain sight: control characters, those that turn the direction of reading and
/// those that nobody sees are shown as `\n`, `\t`, `\u{1B}`. Without that an agency's text could forge rows, clear the screen
/// of who reads it, or hide what it says.
///
/// `Output` takes nothing else, so that no command can forget it.
public struct TerminalText: Sendable, Equatable {
    /// What goes to the terminal.
    public let string: String

    private init(safe string: String) {
        self.string = string
    }

    /// Somebody else's text, on one line.
    public init(escaping text: some StringProtocol) {
        string = TerminalText.escaped(text)
    }

    /// Lines, each of them somebody else's text.
    public init(lines: [String]) {
        string = lines.map(TerminalText.escaped).joined(separator: "\n")
    }

    /// A text of several lines that is the program's own in form, such as a help text: everything but its line feeds is
    /// escaped. Never for a text into which others can put a line feed.
    public static func lines(_ text: String) -> TerminalText {
        TerminalText(lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    /// The one behind the other.
    public static func + (left: TerminalText, right: TerminalText) -> TerminalText {
        TerminalText(safe: left.string + right.string)
    }

    /// Puts the second behind the first.
    public static func += (left: inout TerminalText, right: TerminalText) { left = left + right }

    /// The texts one after the other, with another between.
    public static func joined(_ texts: [TerminalText], separator: TerminalText) -> TerminalText {
        TerminalText(safe: texts.map(\.string).joined(separator: separator.string))
    }

    /// Whether a terminal does something else with it than to show it, or shows nothing.
    public static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func escaped(_ text: some StringProtocol) -> String {
        guard text.unicodeScalars.contains(where: isHostile) else { return String(text) }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isHostile(scalar): result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension TerminalText: ExpressibleByStringInterpolation, CustomStringConvertible {
    /// A text of the program's own.
    public init(stringLiteral value: String) {
        self.init(safe: value)
    }

    /// A text of the program's own with others' in it.
    public init(stringInterpolation: StringInterpolation) {
        self.init(safe: stringInterpolation.string)
    }

    /// What goes to the terminal.
    public var description: String { string }

    /// Escapes what is put in.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var string = ""

        /// With room for so much.
        public init(literalCapacity: Int, interpolationCount: Int) {
            string.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        /// The program's own.
        public mutating func appendLiteral(_ literal: String) { string += literal }

        /// What has been escaped is not escaped again.
        public mutating func appendInterpolation(_ text: TerminalText) { string += text.string }

        /// Somebody else's.
        public mutating func appendInterpolation<Value>(_ value: Value) { string += TerminalText.escaped("\(value)") }
    }
}
