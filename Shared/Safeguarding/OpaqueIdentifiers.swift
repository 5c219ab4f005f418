/// A household, by the opaque identifier that intake gave it: 32 lower-case hexadecimal digits.
///
/// It says nothing about anybody, so it may stand in topic keys, logs and the identifiers that we hand out.
public struct HouseholdID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let text: String

    /// `nil` unless the text is 32 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let text = opaqueIdentifier(text) else { return nil }
        self.text = text
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
        guard let text = opaqueIdentifier(text) else { return nil }
        self.text = text
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

/// The text as a string of its own, if it is 32 lower-case hexadecimal digits. Every document and event holds some.
private func opaqueIdentifier(_ text: some StringProtocol) -> String? {
    var text = String(text)
    let isOpaque = text.withUTF8 { bytes in
        guard bytes.count == 32 else { return false }
        for byte in bytes where !(byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x66) { return false }
        return true
    }
    return isOpaque ? text : nil
}

private func hexadecimal(_ digest: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: 32) { text in
        for place in 0..<16 {
            let byte = place < digest.count ? digest[place] : 0
            text[2 * place] = digit(byte >> 4)
            text[2 * place + 1] = digit(byte & 15)
        }
        return 32
    }
}

private func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
