import PostgresClient

/// The id of the event that carries a fact: `fact-<32 digits>-<place>`. The digits are the attempt's reference, and a ruling
/// on the fact names its id as its cause.
struct FactName: Equatable {
    /// Which attempt of which event.
    let reference: PostgresUUID
    /// Which of its facts, from 0.
    let place: Int

    /// The name of one of an attempt's facts.
    init(reference: PostgresUUID, place: Int) {
        self.reference = reference
        self.place = place
    }

    /// Reads what `text` wrote; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "fact", parts[1].utf8.count == 32, let reference = PostgresUUID(parts[1]),
            let place = Int(parts[2])
        else { return nil }
        self.init(reference: reference, place: place)
        guard self.text == text else { return nil }
    }

    /// The id.
    var text: String { "fact-\(reference.hex)-\(place)" }
}
