import COpenSSL
import Safeguarding

/// SHA-256 by OpenSSL's libcrypto.
public enum SHA256 {
    /// The digest: 32 bytes.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        writeDigest(bytes, bytes.count, &digest)
        return digest
    }

    /// The first bytes of the digest as lower-case hexadecimal digits, two a byte.
    public static func hexadecimal(of bytes: [UInt8], firstBytes count: Int) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for byte in digest(bytes).prefix(count) {
            text.append(hexadecimalDigit(byte >> 4))
            text.append(hexadecimalDigit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// 32 hexadecimal digits that stand for these parts and no others: what derived identifiers are made of.
    public static func identifier(_ parts: String...) -> String { hexadecimal(of: joined(parts), firstBytes: 16) }

    /// The digest of these parts and no others.
    public static func digest(of parts: String...) -> [UInt8] { digest(joined(parts)) }

    private static func joined(_ parts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.utf8.count + 4 })
        for part in parts {
            // Each part carries its length, so that no two lists of parts run together into the same bytes.
            bytes.append(contentsOf: "\(part.utf8.count):".utf8)
            bytes.append(contentsOf: part.utf8)
        }
        return bytes
    }
}

private func writeDigest(_ bytes: [UInt8], _ count: Int, _ digest: UnsafeMutablePointer<UInt8>) {
    // A digest of bytes in memory cannot fail: the algorithm is built in, and nothing is allocated that could run out.
    _ = keepsight_sha256(bytes, count, digest)
}
