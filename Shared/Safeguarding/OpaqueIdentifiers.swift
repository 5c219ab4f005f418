/// A household, by the opaque identifier that intake gave it.
///
/// It says nothing about anybody, so it may stand in topic keys, logs and the identifiers that we hand out.
public typealias HouseholdID = OpaqueIdentifier<IdentifiedHousehold>

/// A child, or another person, by the opaque identifier that intake gave.
public typealias PersonID = OpaqueIdentifier<IdentifiedPerson>

/// Makes a `HouseholdID` another type than a `PersonID`; has no values.
public enum IdentifiedHousehold {}

/// Makes a `PersonID` another type than a `HouseholdID`; has no values.
public enum IdentifiedPerson {}

/// 32 lower-case hexadecimal digits, kept as the number that they write: every document and event holds some, and a number
/// needs no memory of its own.
public struct OpaqueIdentifier<Subject>: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// `nil` unless the text is 32 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
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

    /// The identifier of these 128 bits, the most significant half first.
    public init(bits: (UInt64, UInt64)) { (high, low) = bits }

    /// The identifier that the first 16 bytes of a digest make. Fewer bytes are filled up with zeros.
    public init(digest: [UInt8]) {
        func half(_ start: Int) -> UInt64 {
            (start..<start + 8).reduce(0) { $0 << 8 | ($1 < digest.count ? UInt64(digest[$1]) : 0) }
        }
        (high, low) = (half(0), half(8))
    }

    /// The 32 digits.
    public var text: String {
        String(unsafeUninitializedCapacity: 32) { text in
            for place in 0..<16 {
                let shift = UInt64(60 - 4 * place)
                text[place] = hexadecimalDigit(UInt8(high >> shift & 15))
                text[place + 16] = hexadecimalDigit(UInt8(low >> shift & 15))
            }
            return 32
        }
    }

    /// What the digits stand for, the most significant half first.
    public var bits: (UInt64, UInt64) { (high, low) }

    /// By digits; the order in which households are locked.
    public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// The 32 digits.
    public var description: String { text }
}

/// The lower-case digit of a value below 16.
public func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
