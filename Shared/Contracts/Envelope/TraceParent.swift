/// `traceparent` as W3C Trace Context, level 1, has it (section 3.2): `00-<32 digits>-<16 digits>-<2 digits>`, hexadecimal in
/// small letters, neither of the two identifiers all zeros.
enum TraceParent {
    private static let length = 55

    /// What is carried on in place of the text; `nil` if it is none, and is to be ignored. Of a later version only what the
    /// first version knows goes on, under that version's number.
    static func carried(_ text: String) -> String? {
        let bytes = Array(text.utf8.prefix(length + 1))
        guard bytes.count >= length, isForm(bytes), !isZeros(bytes[3..<35]), !isZeros(bytes[36..<52]) else {
            return nil
        }
        let version = String(decoding: bytes[..<2], as: UTF8.self)
        guard version != "00" else { return bytes.count == length ? text : nil }
        guard version != "ff", bytes.count == length || bytes[length] == dash,
            let flags = UInt8(String(decoding: bytes[53..<length], as: UTF8.self), radix: 16)
        else { return nil }
        return "00-" + String(decoding: bytes[3..<53], as: UTF8.self) + (flags & 1 == 1 ? "01" : "00")
    }

    private static let dash = UInt8(ascii: "-")

    private static func isForm(_ bytes: [UInt8]) -> Bool {
        (0..<length).allSatisfy { place in
            switch place {
            case 2, 35, 52: bytes[place] == dash
            default: (0x30...0x39).contains(bytes[place]) || (0x61...0x66).contains(bytes[place])
            }
        }
    }

    private static func isZeros(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { $0 == 0x30 } }
}
