/// A day of the proleptic Gregorian calendar, without a time or a zone: a date of birth, a bank holiday.
public struct CalendarDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; earlier days are negative.
    public var daysSinceEpoch: Int

    /// The day that many days after 1970-01-01.
    public init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// `nil` if there is no such day, or the year is outside 1...9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDate.length(ofMonth: month, year: year)
        else { return nil }
        // Civil-from-days with the year starting in March, so that the leap day is the year's last.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    /// Reads `YYYY-MM-DD` and nothing else.
    public init?(_ text: some StringProtocol) {
        var reader = DigitReader(Array(text.utf8))
        guard let date = reader.date(), reader.isAtEnd else { return nil }
        self = date
    }

    /// Year, month (1...12) and day of the month (1...31).
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// ISO weekday: 1 is Monday, 7 is Sunday.
    public var weekday: Int { ((daysSinceEpoch + 3) % 7 + 7) % 7 + 1 }

    /// This day moved by whole days.
    public func adding(days: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: daysSinceEpoch + days) }

    /// The same day so many months later, or the last one of a month that is too short.
    public func adding(months: Int) -> CalendarDate {
        let (year, month, day) = parts
        let place = year * 12 + month - 1 + months
        let (newYear, newMonth) = (place / 12, place % 12 + 1)
        let last = CalendarDate.length(ofMonth: newMonth, year: newYear)
        return CalendarDate(year: newYear, month: newMonth, day: min(day, last)) ?? self
    }

    /// Days in a month; February knows its leap years.
    public static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Earlier before later.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }
}

extension CalendarDate: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = parts
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
    }
}

/// Reads the fixed-width decimal fields of RFC 3339 from left to right.
struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// Exactly `width` digits.
    mutating func number(_ width: Int) -> Int? {
        guard position + width <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + width] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        position += width
        return value
    }

    /// One byte, if it is among `allowed`.
    mutating func take(any allowed: StaticString) -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        let isAllowed = allowed.withUTF8Buffer { $0.contains(byte) }
        if isAllowed { position += 1 }
        return isAllowed
    }

    mutating func date() -> CalendarDate? {
        guard let year = number(4), take(any: "-"), let month = number(2), take(any: "-"), let day = number(2) else {
            return nil
        }
        return CalendarDate(year: year, month: month, day: day)
    }

    /// One or more digits after the point, of which the first six count.
    mutating func fractionMicroseconds() -> Int64? {
        var value: Int64 = 0
        var digits = 0
        while position < bytes.count, case 0x30...0x39 = bytes[position] {
            if digits < 6 { value = value * 10 + Int64(bytes[position] - 0x30) }
            digits += 1
            position += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 6)..<6 { value *= 10 }
        return value
    }

    /// `Z`, or a signed `hh:mm` in minutes east of UTC.
    mutating func offsetMinutes() -> Int? {
        if take(any: "Zz") { return 0 }
        let sign: Int
        if take(any: "+") { sign = 1 } else if take(any: "-") { sign = -1 } else { return nil }
        guard let hours = number(2), take(any: ":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}
