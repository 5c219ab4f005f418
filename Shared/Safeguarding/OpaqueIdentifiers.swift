/// A household, by the opaque identifier that intake gave it: 32 lower-case hexadecimal digits.
///
/// It says nothing about anybody, so it may stand in topic keys, logs and the identifiers that we hand out.
public struct HouseholdID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let text: String

    /// `nil` unless the text is 32 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard isOpaqueIdentifier(text) else { return nil }
        self.text = String(text)
    }

    /// The identifier that the first 16 bytes of a digest make. Fewer bytes are filled up with zeros.
    public init(digest: [UInt8]) {
        text = hexadecimal(digest)
    }

    /// By text; the order in which households are locked.
    public static func < (left: HouseholdID, right: HouseholdID) -> Bool { left.text < right.text }

    /// The 32 digits.
    public var description: String { text }
}

/// A child, or another person, by the opaque identifier that intake gave: 32 lower-case hexadecimal digits.
public struct PersonID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let text: String

    /// `nil` unless the text is 32 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard isOpaqueIdentifier(text) else { return nil }
        self.text = String(text)
    }

    /// The identifier that the first 16 bytes of a digest make. Fewer bytes are filled up with zeros.
    public init(digest: [UInt8]) {
        text = hexadecimal(digest)
    }

    /// By text.
    public static func < (left: PersonID, right: PersonID) -> Bool { left.text < right.text }

    /// The 32 digits.
    public var description: String { text }
}

private func isOpaqueIdentifier(_ text: some StringProtocol) -> Bool {
    let bytes = text.utf8
    return bytes.count == 32 && bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}

private func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = (digest + [UInt8](repeating: 0, count: 16)).prefix(16)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
