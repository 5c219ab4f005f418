/// The connections to a page that are open, and which of them must go for a new one: pure.
///
/// A page that answers within a millisecond needs few. Whoever holds many open, and says a byte now and then, would take
/// every place; so a place is never refused, but taken from whoever has had one longest: of the same address if that has
/// more than its share, else of all.
struct ConnectionBook: Sendable {
    /// Open connections of one address, at the most.
    static let maximumOfAddress = 16
    /// Open connections, at the most.
    static let maximum = 48

    private var open: [(descriptor: Int32, address: UInt32)] = []

    /// How many are open.
    var count: Int { open.count }

    /// A connection has come. The descriptor of the one that has to go for it; it counts as gone.
    mutating func opened(_ descriptor: Int32, from address: UInt32) -> Int32? {
        open.append((descriptor, address))
        let isOverShare = open.count { $0.address == address } > ConnectionBook.maximumOfAddress
        guard isOverShare || open.count > ConnectionBook.maximum else { return nil }
        // Oldest first. The new one is among them, so there is always one.
        guard let place = open.firstIndex(where: { !isOverShare || $0.address == address }) else { return nil }
        return open.remove(at: place).descriptor
    }

    /// A connection has gone.
    mutating func closed(_ descriptor: Int32) {
        open.removeAll { $0.descriptor == descriptor }
    }
}
