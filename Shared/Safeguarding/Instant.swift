/// A moment in time: microseconds since 1970-01-01T00:00:00Z, the resolution PostgreSQL stores.
///
/// Storage and wire are UTC; working days and due times think in Europe/London.
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch.
    public var microsecondsSinceEpoch: Int64

    /// The moment that many microseconds after the Unix epoch.
    public init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// Earlier before later.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    /// This moment moved by whole seconds.
    public func adding(seconds: Int64) -> Instant {
        Instant(microsecondsSinceEpoch: microsecondsSinceEpoch + seconds * 1_000_000)
    }

    /// Seconds from `earlier` to this moment, rounded toward zero.
    public func seconds(since earlier: Instant) -> Int64 {
        (microsecondsSinceEpoch - earlier.microsecondsSinceEpoch) / 1_000_000
    }
}

extension Instant {
    /// Reads RFC 3339 with a mandatory offset (`2026-11-23T10:15:00Z`, `2026-11-23T10:15:00.25+01:00`).
    ///
    /// `T` and `Z` may be small letters, and nothing else stands in their places (section 5.6). A leap second ends a month in
    /// UTC (section 5.7, appendix D); it is read as the second after it, since neither PostgreSQL nor `Instant` can hold one.
    /// Digits after the microsecond are cut. `nil` for anything that RFC 3339 does not allow, and where the year in UTC is
    /// not one of 1 to 9999: what is read can be written, and read by others.
    public init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(Array(text.utf8))
        guard let date = reader.date(), reader.take(any: "Tt") else { return nil }
        guard let hour = reader.number(2), reader.take(any: ":"), let minute = reader.number(2), reader.take(any: ":"),
            let second = reader.number(2), hour < 24, minute < 60, second <= 60
        else { return nil }
        var microseconds: Int64 = 0
        if reader.take(any: ".") {
            guard let fraction = reader.fractionMicroseconds() else { return nil }
            microseconds = fraction
        }
        guard let offsetMinutes = reader.offsetMinutes(), reader.isAtEnd else { return nil }
        let days = Int64(date.daysSinceEpoch)
        let secondOfDay = Int64(hour * 3600 + minute * 60 + second)
        let seconds = days * 86_400 + secondOfDay - Int64(offsetMinutes) * 60
        guard Instant.writableSeconds.contains(seconds), second < 60 || Instant.isStartOfMonth(seconds) else {
            return nil
        }
        microsecondsSinceEpoch = seconds * 1_000_000 + microseconds
    }

    /// Whether a month begins in UTC that many seconds after the Unix epoch.
    private static func isStartOfMonth(_ seconds: Int64) -> Bool {
        seconds % 86_400 == 0 && CalendarDate(daysSinceEpoch: Int(seconds / 86_400)).parts.day == 1
    }

    /// From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    private static let writableSeconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// RFC 3339 in UTC: `2026-11-23T10:15:00Z`, with six digits of fraction only where there is one. It has four digits for
    /// the year; a moment beyond them is said as the nearest that they can say.
    public var rfc3339: String {
        let seconds = microsecondsSinceEpoch.quotientFloor(1_000_000)
        let fraction = microsecondsSinceEpoch - seconds * 1_000_000
        let days = seconds.quotientFloor(86_400)
        let secondOfDay = Int(seconds - days * 86_400)
        let (year, month, day) = CalendarDate(daysSinceEpoch: Int(days)).parts
        guard (0...9999).contains(year) else { return year < 0 ? "0000-01-01T00:00:00Z" : "9999-12-31T23:59:59Z" }
        // Every event and document holds several of these, so the digits are put straight into their places.
        return String(unsafeUninitializedCapacity: 27) { text in
            var digits = DigitWriter(text)
            digits.write(year, width: 4)
            digits.write(month, width: 2, after: "-")
            digits.write(day, width: 2, after: "-")
            digits.write(secondOfDay / 3600, width: 2, after: "T")
            digits.write(secondOfDay / 60 % 60, width: 2, after: ":")
            digits.write(secondOfDay % 60, width: 2, after: ":")
            if fraction != 0 { digits.write(Int(fraction), width: 6, after: ".") }
            digits.write("Z")
            return digits.count
        }
    }
}

/// Writes decimal digits into a string's own storage.
private struct DigitWriter {
    private let text: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ text: UnsafeMutableBufferPointer<UInt8>) { self.text = text }

    mutating func write(_ character: Unicode.Scalar) {
        text[count] = UInt8(ascii: character)
        count += 1
    }

    mutating func write(_ number: Int, width: Int, after character: Unicode.Scalar) {
        write(character)
        write(number, width: width)
    }

    mutating func write(_ number: Int, width: Int) {
        var rest = number
        for place in stride(from: count + width - 1, through: count, by: -1) {
            text[place] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
        count += width
    }
}

extension Instant: CustomStringConvertible {
    /// The RFC 3339 form.
    public var description: String { rfc3339 }
}

extension Int64 {
    /// Division that rounds toward negative infinity, so that moments before 1970 stay in their own day.
    func quotientFloor(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// A number in decimal with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
