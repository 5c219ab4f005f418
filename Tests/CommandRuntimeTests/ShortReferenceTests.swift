import Safeguarding
import Testing

@testable import CommandRuntime

struct ShortReferenceTests {
    private let first = "s1-00000000000000000000000000000001-aaaaaaaaaaaaaaaaaaaaaaaa11112222"
    private let second = "s1-00000000000000000000000000000001-bbbbbbbbbbbbbbbbbbbbbbbb11112222"

    @Test("trial F10: eight characters stand for a long identifier, more where two end alike; an agency's own stays")
    func short() {
        #expect(ShortReferences([first])(first) == "11112222")
        let references = ShortReferences([first, second, "D-2026-17"])
        #expect(references(first) == "a11112222")
        #expect(references(second) == "b11112222")
        #expect(references("D-2026-17") == "D-2026-17")
    }

    @Test("trial F10: what is shown can be typed; what means two is told so; what means none finds none")
    func find() {
        #expect(ShortReferences.find("a11112222", among: [first, second]) == .one(first))
        #expect(ShortReferences.find("A11112222", among: [first, second]) == .one(first))
        #expect(ShortReferences.find(second, among: [first, second]) == .one(second))
        #expect(ShortReferences.find("11112222", among: [first, second]) == .several([first, second]))
        #expect(ShortReferences.find("222", among: [first]) == .none, "too short to mean one")
        #expect(ShortReferences.find("3333", among: [first]) == .none)
        #expect(ShortReferences.find("D1", among: ["D1", "D10"]) == .one("D1"))
    }

    @Test("trial F10: days and times are British, of London's wall clock")
    func times() throws {
        let winter = try #require(Instant(rfc3339: "2026-12-29T17:00:00Z"))
        let summer = try #require(Instant(rfc3339: "2026-07-01T23:30:00Z"))
        #expect(BritishTime.short(winter) == "29 Dec 2026 17:00")
        #expect(BritishTime.short(summer) == "2 Jul 2026 00:30")
        #expect(BritishTime.long(winter) == "Tue 29 Dec 2026, 17:00")
    }
}
