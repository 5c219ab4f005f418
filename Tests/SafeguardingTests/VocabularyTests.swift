import Foundation
import Safeguarding
import Testing

struct VocabularyTests {
    @Test(
        "NHS numbers pass modulus 11",
        arguments: [
            ("9990000018", true), ("999 000 0026", true), ("9990000019", false), ("9990000000", false),
            ("999000001", false),
            ("99900000180", false), ("999000001x", false), ("", false),
        ])
    func nhsNumber(_ text: String, _ isValid: Bool) { #expect((NHSNumber(text) != nil) == isValid) }

    @Test("K3: one digit all along is nobody's number, although it passes the check", arguments: "0123456789")
    func repeatedDigit(_ digit: Character) {
        #expect(NHSNumber(String(repeating: digit, count: 10)) == nil)
        let ends = "ABCDEFGHJKLMNPQRTUVWXYZ".compactMap {
            UniquePupilNumber(String($0) + String(repeating: digit, count: 12))
        }
        #expect(ends.isEmpty)
    }

    @Test("Changing any one digit of an NHS number breaks it")
    func nhsNumberDetects() {
        let digits = Array("9990000018")
        for place in digits.indices {
            for digit in "0123456789" where digit != digits[place] {
                var other = digits
                other[place] = digit
                #expect(NHSNumber(String(other)) == nil)
            }
        }
    }

    @Test("UPNs carry their check letter; of all letters one fits")
    func upn() {
        let fitting = "ABCDEFGHJKLMNPQRTUVWXYZ".filter { UniquePupilNumber(String($0) + "816200001001") != nil }
        #expect(fitting.count == 1)
        #expect(UniquePupilNumber("S816200001001") == nil, "S, I and O are no check letters")
    }

    @Test(
        "Instants are read and written as RFC 3339, and nothing else is",
        arguments: [
            ("2026-11-23T10:15:00Z", "2026-11-23T10:15:00Z"),
            ("2026-11-23T10:15:00.25+01:00", "2026-11-23T09:15:00.250000Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
            ("2026-02-29T00:00:00Z", nil), ("2026-11-23T10:15:00", nil), ("2026-11-23T24:00:00Z", nil),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"), ("0001-01-01T00:00:00+00:01", nil),
            ("9999-12-31T23:59:59.9Z", "9999-12-31T23:59:59.900000Z"), ("9999-12-31T23:59:60Z", nil),
            ("9999-12-31T23:59:59-00:01", nil), ("2026-11-23", nil), ("2026-11-23T10:15:00.Z", nil),
            ("2026-11-23T10:15:00+0100", nil),
            // RFC 3339, 5.6: T and Z may be small letters; a space is ISO 8601's or SQL's, and not in the grammar.
            ("2026-11-23t10:15:00z", "2026-11-23T10:15:00Z"), ("2026-11-23 10:15:00Z", nil),
            ("2026-11-23_10:15:00Z", nil), ("2026-11-23T10:15:00 Z", nil),
            // 5.7 and appendix D: a leap second is the last of a month in UTC, and no other minute has sixty-one.
            ("2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500000Z"),
            ("2026-11-23T10:15:60Z", nil), ("2016-12-30T23:59:60Z", nil), ("2016-12-31T23:59:60+01:00", nil),
            ("2026-11-23T10:15:61Z", nil),
        ] as [(String, String?)])
    func instant(_ text: String, _ written: String?) { #expect(Instant(rfc3339: text)?.rfc3339 == written) }

    @Test("Every day of 400 years has the parts and the weekday that Foundation gives it")
    func calendarDate() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for offset in stride(from: -80_000, to: 66_000, by: 13) {
            let ours = CalendarDate(daysSinceEpoch: offset)
            let theirs = calendar.dateComponents(
                [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(offset) * 86_400))
            #expect(ours.parts == (theirs.year ?? 0, theirs.month ?? 0, theirs.day ?? 0))
            #expect(ours.weekday == ((theirs.weekday ?? 0) + 5) % 7 + 1)
            #expect(CalendarDate(ours.description) == ours)
        }
    }

    @Test("A6: lowered is exactly a later place in the list of levels")
    func levels() {
        let levels = ThresholdLevel.allCases
        for (high, from) in levels.enumerated() {
            for (low, to) in levels.enumerated() { #expect(from.isLowered(to: to) == (low > high)) }
        }
    }

    @Test(
        "Agency codes",
        arguments: [
            ("csc", true), ("school-816-4001", true), ("x", false), ("-a", false), ("a-", false), ("a--b", false),
            ("Csc", false),
            ("a.b", false),
        ])
    func agencyCode(_ text: String, _ isValid: Bool) { #expect((AgencyCode(text) != nil) == isValid) }

    @Test(
        "Postcodes have one spelling",
        arguments: [("yo1 0aa", "YO1 0AA"), ("SW1A1AA", "SW1A 1AA"), ("12345", nil), ("YO1", nil)]
            as [(String, String?)])
    func postcode(_ text: String, _ spelling: String?) { #expect(Postcode(text)?.text == spelling) }
}
