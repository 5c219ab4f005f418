/// The code that names an agency everywhere: in topics, in `source`, in policy (`csc`, `school-hill`).
///
/// Lower-case letters, digits and single hyphens, starting with a letter, 2 to 40 characters: what a Kafka topic
/// name, a certificate's common name and a URI path all carry unchanged.
public struct AgencyCode: Hashable, Comparable, Sendable {
    /// The code's text.
    public let text: String

    /// `nil` if the text has not the form of a code. Whether such an agency exists is policy's to say.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard (2...40).contains(bytes.count), case 0x61...0x7A = bytes[0], bytes[bytes.count - 1] != 0x2D else {
            return nil
        }
        var previous: UInt8 = 0
        for byte in bytes {
            switch byte {
            case 0x61...0x7A, 0x30...0x39: break
            case 0x2D where previous != 0x2D: break
            default: return nil
            }
            previous = byte
        }
        self.text = String(text)
    }

    /// By text.
    public static func < (left: AgencyCode, right: AgencyCode) -> Bool { left.text < right.text }
}

extension AgencyCode: CustomStringConvertible {
    /// The code's text.
    public var description: String { text }
}
