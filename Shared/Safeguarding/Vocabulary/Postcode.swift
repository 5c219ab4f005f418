/// A UK postcode in one spelling: capitals, one space before the last three characters.
public struct Postcode: Hashable, Sendable {
    /// `YO1 0AA`
    public let text: String

    /// `nil` unless the text has the form of a postcode, spaces and case aside.
    public init?(_ text: String) {
        let bytes = Array(text.uppercased().utf8.filter { $0 != 0x20 })
        guard (5...7).contains(bytes.count) else { return nil }
        let inward = bytes.suffix(3)
        guard let first = inward.first, isDigit(first), inward.dropFirst().allSatisfy(isLetter),
            isLetter(bytes[0]), bytes.allSatisfy({ isDigit($0) || isLetter($0) })
        else { return nil }
        self.text = String(decoding: bytes.dropLast(3), as: UTF8.self) + " " + String(decoding: inward, as: UTF8.self)
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
