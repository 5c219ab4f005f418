/// One value of a parsed document: where its bytes are, and where the next value of the same parent begins.
package struct JSONToken: Sendable {
    package enum Kind: UInt8, Sendable {
        case null, `true`, `false`, number, string, array, object
    }

    package let kind: Kind
    /// What stands in a string, or how it is written.
    package var marks: TextMarks = []
    /// First byte; for strings the one after the quote.
    package let start: Int32
    /// The byte after the last; for strings the closing quote.
    package var end: Int32
    /// Index of the token after this value and everything in it.
    package var next: Int32
    /// Elements of an array, members of an object.
    package var count: Int32 = 0

    /// A string with backslashes has to be unescaped before anybody looks at it.
    package var hasEscapes: Bool { marks.contains(.escapes) }
}
