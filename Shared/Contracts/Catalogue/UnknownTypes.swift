extension EventCatalogue {
    /// How many types are named to a sender who has used one that there is not.
    private static let suggestions = 3

    /// What to do about a type that agencies do not publish: the types that come nearest to it, another version of it first.
    /// What the sender wrote is not repeated.
    static func advice(onUnknown type: String) -> String {
        let said = Array(type.utf8.prefix(64))
        let ranked = all.map { $0.type.text }.map { known in (known, distance(from: said, to: Array(known.utf8))) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        let nearest = ranked.prefix(suggestions).map(\.0).joined(separator: ", ")
        return "This is no type that agencies publish. The nearest are: \(nearest). deploy/docs/events.md has "
            + "every type, and its schema lies in Shared/Contracts/Generated; check the version too."
    }

    /// How many bytes have to be put in, taken out or exchanged (Levenshtein). Both are a type's length at the most.
    private static func distance(from left: [UInt8], to right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (place, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for other in 0..<right.count {
                let above = row[other + 1]
                row[other + 1] = min(above + 1, row[other] + 1, diagonal + (byte == right[other] ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
