/// An identifier that an agency chose is what its bytes are (I1). Swift's `==` and hashing take texts for equal that Unicode takes
/// for equivalent, such as `é` as one scalar and as two, and PostgreSQL does not: one child's reference would be another's for
/// as long as a batch lasts.
extension String {
    /// The text with `%` and every byte outside of printable ASCII as `%` and two digits: equal for equal bytes alone, and the
    /// text itself for what most identifiers are made of.
    public var exactBytes: String {
        guard utf8.contains(where: { !String.isKept($0) }) else { return self }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            if String.isKept(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what `exactBytes` writes; `nil` if it is none.
    public init?(exactBytes text: some StringProtocol) {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        self = text
    }

    private static func isKept(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "%") }
}
