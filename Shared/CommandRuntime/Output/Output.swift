import Contracts
import Glibc
import JSON

/// Writing to the two streams of a command: results to one, everything else to the other.
public enum Output {
    /// Whether somebody looks at the results on a terminal.
    public static var isTerminal: Bool { isatty(1) == 1 }

    /// How many characters a line of results has room for: as many as the terminal, or as an exported COLUMNS says; `nil` where
    /// nobody looks.
    public static var columns: Int? {
        if let text = getenv("COLUMNS").map({ String(cString: $0) }), let number = Int(text), number > 0 {
            return number
        }
        var size = winsize()
        guard isTerminal, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// A result, on a line of its own.
    public static func line(_ text: TerminalText) { write(1, text.string + "\n") }

    /// What is no result, on a line of its own.
    public static func note(_ text: TerminalText) { write(2, text.string + "\n") }

    /// One JSON document on a line.
    public static func json(_ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        body(&writer)
        document(writer.bytes)
    }

    /// A document of somebody else's on a line: as JSON that says the same, if it is JSON, else as text.
    public static func document(_ bytes: [UInt8]) { write(1, TerminalDocument.text(of: bytes) + "\n") }

    /// Bytes of somebody else's as they are, for a file or a program; on a terminal so that they do nothing to it.
    public static func content(_ bytes: [UInt8]) {
        guard !isTerminal else { return document(bytes) }
        write(1, bytes + [0x0A])
    }

    private static func write(_ descriptor: Int32, _ text: String) { write(descriptor, Array(text.utf8)) }

    private static func write(_ descriptor: Int32, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// A document as a terminal may have it.
public enum TerminalDocument {
    /// JSON stays JSON with the same content: in it, control characters stand only between values, where a space says the
    /// same, and what else is hostile stands only in strings, where an escape says the same.
    public static func text(of bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.contains(where: TerminalText.isHostile) else { return text }
        guard (try? JSONDocument(parsing: bytes)) != nil else { return TerminalText(escaping: text).string }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 {
                result += " "
            } else if TerminalText.isHostile(scalar) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
