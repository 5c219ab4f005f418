/// A unique pupil number: a check letter, eleven digits, and a digit or, for a temporary one, a letter.
public struct UniquePupilNumber: Hashable, Sendable {
    /// Thirteen characters.
    public let text: String

    private static let checkLetters = Array("ABCDEFGHJKLMNPQRTUVWXYZ".utf8)

    /// `nil` unless the form is right and the check letter fits. One digit eleven times names no authority and no school.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 13, bytes[1...11].contains(where: { $0 != bytes[1] }) else { return nil }
        var sum = 0
        for place in 1...12 {
            let value: Int
            switch bytes[place] {
            case 0x30...0x39: value = Int(bytes[place] - 0x30)
            case let letter where place == 12:
                guard let index = UniquePupilNumber.checkLetters.firstIndex(of: letter) else { return nil }
                value = index
            default: return nil
            }
            sum += value * (place + 1)
        }
        guard UniquePupilNumber.checkLetters[sum % 23] == bytes[0] else { return nil }
        self.text = text
    }
}
