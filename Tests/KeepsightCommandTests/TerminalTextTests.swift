import Contracts
import Foundation
import JSON
import Safeguarding
import ServiceRuntime
import Testing

@testable import CommandRuntime
@testable import KeepsightCommand

/// What others wrote does nothing to a terminal, wherever it is shown.
struct TerminalTextTests {
    /// Clears the screen, forges a row, goes back to the start of the line, turns the direction of reading, hides.
    static let hostile =
        "a\u{1B}[2J\nFORGED row\rb\tc\u{202E}d\u{200B}e\u{9B}31mf\u{2028}g\u{FEFF}h\u{7F}i\u{0}j\u{E0041}k"

    /// Nothing but what can be seen, in this many lines.
    static func expectHarmless(
        _ text: String, lines: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let hostile = text.unicodeScalars.filter { $0 != "\n" && TerminalText.isHostile($0) }
        #expect(hostile.isEmpty, "\(hostile.map { String($0.value, radix: 16) })", sourceLocation: sourceLocation)
        #expect(text.split(separator: "\n").count == lines, "\(text)", sourceLocation: sourceLocation)
        #expect(text.contains("FORGED"), "it is shown", sourceLocation: sourceLocation)
    }

    @Test("trial D8: what is interpolated comes out on one line and in sight, what the program writes stays")
    func interpolation() {
        let text: TerminalText = "\u{1B}[HShown: \(Self.hostile)\n"
        #expect(text.string.hasPrefix("\u{1B}[HShown: a\\u{1B}[2J\\nFORGED row\\rb\\tc\\u{202E}d\\u{200B}e\\u{9B}31mf"))
        Self.expectHarmless(String(text.string.dropFirst()), lines: 1)
        // What has been escaped is put into another text as it is.
        let twice: TerminalText = "<\(text)>" + "\n" + TerminalText(escaping: "b\n")
        #expect(twice.string == "<\(text.string)>\nb\\n")
        #expect(TerminalText.lines("a\nb\u{7}").string == "a\nb\\u{7}")
        #expect(TerminalText(escaping: "Zoë O’Brien 李 é 👍").string == "Zoë O’Brien 李 é 👍")
    }

    @Test("trial D8: a table's cells are escaped, and stand under their headings")
    func table() {
        var table = Table(["who", "what"])
        table.add([Self.hostile, "1"])
        table.add(["police", Self.hostile])
        Self.expectHarmless(table.text.string, lines: 4)
    }

    @Test("trial D8: JSON for a terminal is JSON that says the same")
    func json() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("text", Self.hostile)
        writer.endObject()
        let spaced = Array("{\n\t".utf8) + writer.bytes.dropFirst()
        for bytes in [writer.bytes, spaced] {
            let text = TerminalDocument.text(of: bytes)
            #expect(!text.unicodeScalars.contains(where: TerminalText.isHostile), "\(text)")
            #expect(try JSONDocument(parsing: Array(text.utf8)).root["text"]?.string == Self.hostile)
        }
        Self.expectHarmless(TerminalDocument.text(of: Array(Self.hostile.utf8)), lines: 1)
    }

    @Test("trial D8: listen, queue and matrix")
    func commands() throws {
        let now = try #require(Instant(rfc3339: "2026-11-20T16:00:00Z"))
        let place = RecordPlace(partition: 0, offset: 3)
        let reason = RefusalReason(path: "/data/\(Self.hostile)", code: .notAllowed, message: Self.hostile)
        Self.expectHarmless(
            ListenCommand.describe(
                .refused(
                    ReceiptRefused(
                        eventID: Self.hostile, eventType: Self.hostile, reasons: [reason], record: place)), at: now
            ).string, lines: 2)
        Self.expectHarmless(
            ListenCommand.describe(
                .accepted(
                    ReceiptAccepted(
                        eventID: Self.hostile, eventType: Self.hostile, recordedAt: now, record: place,
                        ignored: ["/data/" + Self.hostile])), at: now
            ).string, lines: 2)
        let matrix = Matrix(of: Self.hostile, []).text(at: now, .none, columns: 200).string
        Self.expectHarmless(matrix, lines: 2 + Matrix.legend.count)
        let failure = CommandFailure(.failed, "Nobody has been told of '\(Self.hostile)'.")
        Self.expectHarmless(failure.description, lines: 1)
    }
}
