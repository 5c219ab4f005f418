import JSON
import Testing

@testable import Contracts

/// Events of which one value is something else than it must be.
struct SpoiltEventTests {
    /// What no field means, by every kind of value and every rule of a text.
    private static let spoilers: [JSONTree] = [
        "", "no such word", "-no-agency-", "2026-02-30", "2026-02-30T10:00:00Z", .int(-1), .int(1_000_000_000),
        .bool(true), [], [7], .object([]),
    ]

    /// The tree with one value in the place of one of its own, wherever that is.
    private func variants(_ tree: JSONTree, _ value: JSONTree) -> [JSONTree] {
        let inner: [JSONTree] =
            switch tree {
            case .object(let members):
                members.indices.flatMap { place in
                    variants(members[place].value, value).map { changed in
                        var members = members
                        members[place] = JSONTree.Member(members[place].key, changed)
                        return .object(members)
                    }
                }
            case .array(let elements):
                elements.indices.flatMap { place in
                    variants(elements[place], value).map { changed in
                        var elements = elements
                        elements[place] = changed
                        return .array(elements)
                    }
                }
            default: []
            }
        return inner + [value]
    }

    @Test("Lost or wrong bytes: whatever stands in a field, its event is read, or refused with a reason and its id")
    func refusedWithReason() throws {
        var refused = 0
        for type in EventCatalogue.all {
            let event = EventExamples(of: type).valid
            let data = try #require(event["data"])
            let id = "example-" + type.type.text.dropFirst("keepsight.".count)
            for spoiler in Self.spoilers {
                for spoilt in variants(data, spoiler) {
                    let text = event.with("data", spoilt).text
                    do throws(EventRefusal) {
                        let received = try EnvelopeReader.read(value: Array(text.utf8), headers: [], now: Sample.now)
                        _ = try EventCatalogue.read(received, now: Sample.now)
                    } catch {
                        refused += 1
                        #expect(!error.reasons.isEmpty, "\(text)")
                        #expect(error.eventID == id && error.eventType == type.type.text, "\(text)")
                    }
                }
            }
        }
        #expect(refused > 1000)
    }
}
