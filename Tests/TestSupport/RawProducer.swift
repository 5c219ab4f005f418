import Foundation
import Glibc

/// Batches of records byte by byte, as a client may write them that is none of ours.
public enum RawBatch {
    /// One record without a key. Lengths are as they are given: a broker takes any that is negative for "none".
    ///
    /// - Parameters:
    ///   - delta: how far its offset is from the batch's.
    ///   - moreHeaders: how many it has beside the content type, without a name and with a value of so many bytes.
    public static func record(
        delta: Int, value: [UInt8], keyLength: Int = -1, valueLength: Int? = nil,
        moreHeaders: (count: Int, bytes: Int) = (0, 0)
    ) -> [UInt8] {
        let (name, kind) = (Array("content-type".utf8), Array("application/cloudevents+json".utf8))
        let more = varint(0) + varint(moreHeaders.bytes) + [UInt8](repeating: 65, count: moreHeaders.bytes)
        let headers =
            varint(1 + moreHeaders.count) + varint(name.count) + name + varint(kind.count) + kind
            + (0..<moreHeaders.count).flatMap { _ in more }
        let length = varint(valueLength ?? value.count)
        let body = [0] + varint(0) + varint(delta) + varint(keyLength) + length + value + headers
        return varint(body.count) + body
    }

    /// A batch of version 2 with so many records.
    ///
    /// - Parameter codec: 0 for none, 1 for gzip.
    public static func batch(_ payload: [UInt8], records: Int, codec: UInt16 = 0) -> [UInt8] {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let checked =
            bytes(codec) + bytes(Int32(records - 1)) + bytes(now) + bytes(now) + bytes(Int64(-1)) + bytes(Int16(-1))
            + bytes(Int32(-1)) + bytes(Int32(records)) + payload
        let rest = bytes(Int32(-1)) + [2] + bytes(~checksum(checked, 0x82F6_3B78)) + checked
        return bytes(Int64(0)) + bytes(Int32(rest.count)) + rest
    }

    /// One member of a gzip file, its content as it is.
    public static func gzipMember(_ content: [UInt8]) -> [UInt8] {
        let length = UInt16(content.count)
        let block = [1] + bytes(length.byteSwapped) + bytes((~length).byteSwapped) + content
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + block + bytes((~checksum(content, 0xEDB8_8320)).byteSwapped)
            + bytes(UInt32(content.count).byteSwapped)
    }

    private static func varint(_ number: Int) -> [UInt8] {
        var rest = UInt64(bitPattern: Int64((number << 1) ^ (number >> 63)))
        var result: [UInt8] = []
        while rest >= 128 {
            result.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return result + [UInt8(rest)]
    }

    private static func checksum(_ content: [UInt8], _ polynomial: UInt32) -> UInt32 {
        content.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ polynomial : sum >> 1 }
        }
    }

    fileprivate static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    fileprivate static func text(_ text: String) -> [UInt8] { bytes(Int16(text.utf8.count)) + Array(text.utf8) }

    /// Publishes batches to partition 0 of a topic, each by a request of its own. Returns their first offsets.
    ///
    /// - Parameter server: `127.0.0.1:9092`, without TLS.
    public static func produce(_ batches: [[UInt8]], to topic: String, at server: String) throws -> [Int64] {
        let parts = server.split(separator: ":")
        guard let port = UInt16(parts.last ?? "") else { throw Missing("a port in \(server)") }
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Missing("a connection to \(server)") }
        return try batches.map { batch in
            // Produce, version 7: no transaction, all replicas, 20 s, one topic, one partition.
            let request =
                bytes(Int16(0)) + bytes(Int16(7)) + bytes(Int32(1)) + text("raw") + bytes(Int16(-1)) + bytes(Int16(-1))
                + bytes(Int32(20_000)) + bytes(Int32(1)) + text(topic) + bytes(Int32(1)) + bytes(Int32(0))
                + bytes(Int32(batch.count)) + batch
            try send(bytes(Int32(request.count)) + request, connection)
            let length = try receive(4, connection).reduce(0) { $0 << 8 | Int($1) }
            let answer = try receive(length, connection)
            // Correlation, topics, the name, partitions, the partition; then the error and the offset.
            let at = 4 + 4 + 2 + topic.utf8.count + 4 + 4
            let error = answer[at..<at + 2].reduce(Int16(0)) { $0 << 8 | Int16($1) }
            guard error == 0 else { throw Missing("the broker's yes to a batch: it says \(error)") }
            return answer[at + 2..<at + 10].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
    }

    private static func send(_ content: [UInt8], _ connection: Int32) throws {
        var sent = 0
        while sent < content.count {
            let count = content[sent...].withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Missing("a connection that takes a request") }
            sent += count
        }
    }

    private static func receive(_ length: Int, _ connection: Int32) throws -> [UInt8] {
        var content: [UInt8] = []
        while content.count < length {
            var part = [UInt8](repeating: 0, count: length - content.count)
            let count = part.withUnsafeMutableBytes { read(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Missing("an answer") }
            content += part.prefix(count)
        }
        return content
    }
}
