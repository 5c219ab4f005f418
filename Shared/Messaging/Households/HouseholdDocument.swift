import Contracts
import JSON

/// A household's document as the table has it. What a reader has not understood would be gone when the document is written
/// the next time, so a document counts as read only if all that stands in it would be written again: a part that is broken, or
/// that a later version has added, makes the whole of it unreadable, and nothing of it is lost.
enum HouseholdDocument {
    /// The state; `nil` if it is not a document of this kind, or not all of it.
    static func state<State: HouseholdState>(reading bytes: [UInt8]) -> State? {
        guard let document = try? JSONDocument(parsing: bytes, limits: .state),
            let state = State(reading: document.root)
        else { return nil }
        var writer = JSONWriter(reserving: bytes.count + 64)
        state.write(to: &writer)
        // As it is nearly always.
        if writer.bytes == bytes { return state }
        guard let again = try? JSONDocument(parsing: writer.bytes, limits: .state),
            again.root.holdsAll(of: document.root)
        else { return nil }
        return state
    }
}

extension JSONValue {
    /// Whether everything in the other value is in this one. Members may be more; `null` is as good as absent.
    fileprivate func holdsAll(of other: JSONValue) -> Bool {
        guard kind == other.kind else { return false }
        switch kind {
        case .null: return true
        case .bool: return bool == other.bool
        case .number: return rawBytes == other.rawBytes
        case .string: return string == other.string
        case .array:
            let (own, others) = (elements, other.elements)
            return own.count == others.count && zip(own, others).allSatisfy { $0.holdsAll(of: $1) }
        case .object:
            let own = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
            return other.members.allSatisfy { key, value in
                value.isNull || own[key].map { $0.holdsAll(of: value) } ?? false
            }
        }
    }
}
