/// The code that names an agency everywhere: in topics, in `source`, in policy (`csc`, `school-hill`).
///
/// Lower-case letters, digits and single hyphens, starting with a letter, 2 to 40 characters: what a Kafka topic
/// name, a certificate's common name and a URI path all carry unchanged.
public struct AgencyCode: Hashable, Comparable, Sendable {
    /// The code's text.
    public let text: String

    /// `nil` if the text does not have the form of a code. Whether such an agency exists is policy's to say.
    public init?(_ text: some StringProtocol) {
        guard AgencyCode.isForm(text.utf8) else { return nil }
        self.text = String(text)
    }

    /// Whether these bytes have the form of a code: 2 to 40 small letters, digits and single hyphens between them, a letter
    /// first.
    public static func isForm(_ bytes: some Sequence<UInt8>) -> Bool {
        var count = 0
        var previous: UInt8 = 0
        for byte in bytes {
            switch byte {
            case 0x61...0x7A: break
            case 0x30...0x39 where count > 0: break
            case 0x2D where count > 0 && previous != 0x2D: break
            default: return false
            }
            previous = byte
            count += 1
        }
        return (2...40).contains(count) && previous != 0x2D
    }

    /// By text.
    public static func < (left: AgencyCode, right: AgencyCode) -> Bool { left.text < right.text }
}

extension AgencyCode: CustomStringConvertible {
    /// The code's text.
    public var description: String { text }
}
