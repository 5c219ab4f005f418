/// A kind of deadline, by its name. Whoever sets such deadlines declares it: `extension DeadlineKind`.
public struct DeadlineKind: RawRepresentable, Hashable, Sendable {
    /// Kebab-case: `acknowledgement`, `reconvened-discussion`.
    public let rawValue: String

    /// A kind by its name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The deadline of this kind on a subject.
    public func key(_ subject: String) -> DeadlineKey { DeadlineKey(kind: rawValue, subject: subject) }
}
