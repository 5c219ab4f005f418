import Testing

@testable import CommandRuntime

/// trial F10: what is printed can be read on the terminal that there is.
struct TableTests {
    private func lines(_ table: Table, _ columns: Int?) -> [String] {
        table.text(columns: columns).string.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private let matters: Table = {
        var table = Table(["kind", "about", "days"])
        table.add([
            "held-change", "a text of several words that goes on and on until it is too long for one line", "12",
        ])
        table.add(["section-17", "short", "3"])
        return table
    }()

    @Test("trial F10: without a terminal a table is as wide as its contents")
    func natural() {
        let text = lines(matters, nil)
        #expect(text.count == 4)
        #expect(text[0].hasPrefix("kind         about"))
        #expect(text[3] == "section-17   short" + String(repeating: " ", count: 77 - 5) + "     3")
    }

    @Test(
        "trial F10: on a narrow terminal no line is longer than it, and no word is lost", arguments: [80, 60, 45, 36])
    func narrow(_ columns: Int) {
        let text = lines(matters, columns)
        for line in text { #expect(line.count <= columns, "\(line)") }
        let words = text.joined(separator: " ").split(separator: " ")
        for word in "a text of several words that goes on and on until it is too long for one line".split(
            separator: " ")
        {
            #expect(words.contains(word))
        }
        #expect(text[0].contains("days"))
    }

    @Test("trial F10: where columns would be too narrow, a row stands by itself, a line for each heading that it has")
    func records() {
        var table = Table([
            "first heading", "second heading", "third heading", "fourth heading", "fifth", "sixth", "seventh",
        ])
        table.add(["one", "two", "", "four", "a long text that would not fit", "6", "seven seven seven seven"])
        table.add(["1", "2", "3", "4", "5", "6", "7"])
        let text = lines(table, 60)
        for line in text { #expect(line.count <= 60) }
        #expect(text[0] == "first heading   one")
        #expect(!text.prefix(6).contains { $0.hasPrefix("third") }, "it has none")
        #expect(text.contains(""))
    }

    @Test("trial F10: a word is broken where it can be read, and not at all where there is room")
    func breaks() {
        var table = Table(["due", "kind", "topic", "read by"])
        table.add([
            "30 Nov 2026 17:00", "acknowledgement", "agency.health-visiting.events",
            "mash-screener, escalation-tracker, notifier",
        ])
        let wide = lines(table, 80).joined(separator: "\n")
        #expect(wide.contains("acknowledgement") && wide.contains("agency.health-visiting.events"), "\(wide)")
        #expect(wide.contains("escalation-tracker,"), "\(wide)")
        let narrow = lines(table, 52)
        for line in narrow { #expect(line.count <= 52, "\(line)") }
        for part in ["30 Nov 2026", "acknowledgement", "agency.", "visiting.", "tracker,"] {
            #expect(narrow.contains { $0.contains(part) }, "\(part) in \(narrow)")
        }
        #expect("HV-REF-1oi0w42".wrapped(to: 8) == ["HV-REF-", "1oi0w42"])
    }

    @Test("A word that is longer than its column is broken")
    func longWord() {
        #expect("abcdefghij kl".wrapped(to: 4) == ["abcd", "efgh", "ij", "kl"])
        #expect("ab cd ef".wrapped(to: 5) == ["ab cd", "ef"])
        #expect("".wrapped(to: 5) == [""])
    }
}
