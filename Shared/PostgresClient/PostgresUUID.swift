/// A 128-bit identifier as PostgreSQL's `uuid` holds it.
public struct PostgresUUID: Hashable, Comparable, Sendable {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight.
    public let low: UInt64

    /// From its two halves, most significant first.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// One that is not expected ever to come again: 128 bits from the system's generator.
    public static func random() -> PostgresUUID {
        PostgresUUID(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
    }

    /// `nil` unless there are 16 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// From 32 hexadecimal digits of either case, or the 36 characters with hyphens; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard let digits = PostgresUUID.digits(characters) else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        for (index, digit) in digits.enumerated() {
            guard let value = PostgresUUID.value(digit) else { return nil }
            if index < 16 { halves.0 = halves.0 << 4 | value } else { halves.1 = halves.1 << 4 | value }
        }
        (high, low) = halves
    }

    private static func digits(_ characters: [UInt8]) -> [UInt8]? {
        if characters.count == 32 { return characters }
        let hyphens = [8, 13, 18, 23]
        guard characters.count == 36, hyphens.allSatisfy({ characters[$0] == 0x2D }) else { return nil }
        let digits = characters.filter { $0 != 0x2D }
        return digits.count == 32 ? digits : nil
    }

    private static func value(_ digit: UInt8) -> UInt64? {
        switch digit {
        case 0x30...0x39: UInt64(digit - 0x30)
        case 0x41...0x46: UInt64(digit - 0x41 + 10)
        case 0x61...0x66: UInt64(digit - 0x61 + 10)
        default: nil
        }
    }

    /// As PostgreSQL orders them.
    public static func < (left: PostgresUUID, right: PostgresUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// The 16 bytes, most significant first.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
    }

    /// 32 lower-case hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            for position in 0..<32 {
                let half = position < 16 ? high : low
                let value = UInt8(truncatingIfNeeded: half >> UInt64(60 - position % 16 * 4) & 0xF)
                buffer[position] = value < 10 ? 0x30 + value : 0x57 + value
            }
            return 32
        }
    }
}

extension PostgresUUID: CustomStringConvertible {
    /// 36 characters with hyphens, lower case.
    public var description: String {
        var text = ""
        for (position, digit) in hex.enumerated() {
            if [8, 12, 16, 20].contains(position) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
