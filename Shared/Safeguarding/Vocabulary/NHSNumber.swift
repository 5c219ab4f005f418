/// An NHS number: ten digits of which the last is a modulus-11 check digit.
public struct NHSNumber: Hashable, Sendable {
    /// Ten digits, without spaces.
    public let text: String

    /// `nil` unless the text is ten digits (spaces between them are taken out) that pass the check. One digit ten times passes
    /// it and is no number that is issued: it is what people type who have none.
    public init?(_ text: String) {
        let digits = text.utf8.filter { $0 != 0x20 }.map { Int($0) - 0x30 }
        guard digits.count == 10, digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let sum = (0..<9).reduce(0) { $0 + digits[$1] * (10 - $1) }
        guard digits.contains(where: { $0 != digits[0] }) else { return nil }
        // 11 stands for 0; 10 is a number that was never issued.
        guard (11 - sum % 11) % 11 == digits[9] else { return nil }
        self.text = digits.map(String.init).joined()
    }
}
