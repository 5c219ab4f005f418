import Glibc

/// Names the column of a result that is read: a string literal, `row.text("topic")`.
///
/// The name is compared in place with those that the server sent, so that reading by name allocates nothing.
public struct ColumnName: Sendable, ExpressibleByStringLiteral {
    enum Reference: Sendable {
        case name(StaticString)
        /// For tests of the decoder, whose expressions have no names.
        case ordinal(Int)
    }

    let reference: Reference

    init(_ reference: Reference) { self.reference = reference }

    /// A name as the statement gives it, in the case that the server folds it to.
    public init(stringLiteral name: StaticString) { self.init(.name(name)) }
}

extension StaticString {
    /// Whether these are the bytes of a C string. The literal ends with a zero as well.
    func equals(_ text: UnsafePointer<CChar>?) -> Bool {
        guard hasPointerRepresentation, let text else { return false }
        return strcmp(text, UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)) == 0
    }
}
