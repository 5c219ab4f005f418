/// A household, by the opaque identifier that intake gave it: 32 lower-case hexadecimal digits.
///
/// It says nothing about anybody, so it may stand in topic keys, logs and the identifiers that we hand out.
public struct HouseholdID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let digits: OpaqueDigits

    /// `nil` unless the text is 32 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let digits = OpaqueDigits(text) else { return nil }
        self.digits = digits
    }

    /// The identifier of these 128 bits, the most significant half first.
    public init(bits: (UInt64, UInt64)) { digits = OpaqueDigits(high: bits.0, low: bits.1) }

    /// The identifier that the first 16 bytes of a digest make. Fewer bytes are filled up with zeros.
    public init(digest: [UInt8]) { digits = OpaqueDigits(digest: digest) }

    /// The 32 digits.
    public var text: String { digits.text }

    /// What the digits stand for, the most significant half first.
    public var bits: (UInt64, UInt64) { (digits.high, digits.low) }

    /// By digits; the order in which households are locked.
    public static func < (left: HouseholdID, right: HouseholdID) -> Bool { left.digits < right.digits }

    /// The 32 digits.
    public var description: String { text }
}

/// A child, or another person, by the opaque identifier that intake gave: 32 lower-case hexadecimal digits.
public struct PersonID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let digits: OpaqueDigits

    /// `nil` unless the text is 32 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let digits = OpaqueDigits(text) else { return nil }
        self.digits = digits
    }

    /// The identifier of these 128 bits, the most significant half first.
    public init(bits: (UInt64, UInt64)) { digits = OpaqueDigits(high: bits.0, low: bits.1) }

    /// The identifier that the first 16 bytes of a digest make. Fewer bytes are filled up with zeros.
    public init(digest: [UInt8]) { digits = OpaqueDigits(digest: digest) }

    /// The 32 digits.
    public var text: String { digits.text }

    /// What the digits stand for, the most significant half first.
    public var bits: (UInt64, UInt64) { (digits.high, digits.low) }

    /// By digits.
    public static func < (left: PersonID, right: PersonID) -> Bool { left.digits < right.digits }

    /// The 32 digits.
    public var description: String { text }
}

/// 32 lower-case hexadecimal digits as the number that they write: every document and event holds some, and a number
/// needs no memory of its own.
private struct OpaqueDigits: Hashable, Comparable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init?(_ text: some StringProtocol) {
        var halves: (UInt64, UInt64) = (0, 0)
        var count = 0
        for byte in text.utf8 {
            let value: UInt64
            switch byte {
            case 0x30...0x39: value = UInt64(byte - 0x30)
            case 0x61...0x66: value = UInt64(byte - 0x57)
            default: return nil
            }
            if count < 16 { halves.0 = halves.0 << 4 | value } else { halves.1 = halves.1 << 4 | value }
            count += 1
            guard count <= 32 else { return nil }
        }
        guard count == 32 else { return nil }
        (high, low) = halves
    }

    init(digest: [UInt8]) {
        func half(_ start: Int) -> UInt64 {
            (start..<start + 8).reduce(0) { $0 << 8 | ($1 < digest.count ? UInt64(digest[$1]) : 0) }
        }
        (high, low) = (half(0), half(8))
    }

    var text: String {
        String(unsafeUninitializedCapacity: 32) { text in
            for place in 0..<16 {
                let shift = UInt64(60 - 4 * place)
                text[place] = OpaqueDigits.digit(high >> shift)
                text[place + 16] = OpaqueDigits.digit(low >> shift)
            }
            return 32
        }
    }

    static func < (left: OpaqueDigits, right: OpaqueDigits) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func digit(_ bits: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 15)
        return value < 10 ? 0x30 + value : 0x57 + value
    }
}
