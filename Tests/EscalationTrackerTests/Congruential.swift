/// Numbers that are the same each time.
struct Congruential {
    var state: UInt64

    /// One of them.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return elements[Int(state >> 33) % elements.count]
    }
}
