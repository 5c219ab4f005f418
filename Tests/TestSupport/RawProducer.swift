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
    /// - Parameters:
    ///   - codec: 0 for none, 1 for gzip.
    ///   - producer: of the transaction that it belongs to, and how many records that has had from it before.
    public static func batch(
        _ payload: [UInt8], records: Int, codec: UInt16 = 0,
        in producer: (identifier: Int64, epoch: Int16, before: Int)? = nil
    ) -> [UInt8] {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let attributes = codec | (producer == nil ? 0 : 0x10)
        let checked =
            bytes(attributes) + bytes(Int32(records - 1)) + bytes(now) + bytes(now)
            + bytes(producer?.identifier ?? -1) + bytes(producer?.epoch ?? -1)
            + bytes(Int32(producer?.before ?? -1)) + bytes(Int32(records)) + payload
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

    static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    static func text(_ text: String) -> [UInt8] { bytes(Int16(text.utf8.count)) + Array(text.utf8) }

    /// Publishes batches to partition 0 of a topic, each by a request of its own. Returns their first offsets.
    ///
    /// - Parameter server: `127.0.0.1:9092`, without TLS.
    public static func produce(_ batches: [[UInt8]], to topic: String, at server: String) async throws -> [Int64] {
        try await OwnThread.run {
            let connection = try RawConnection(server)
            return try batches.map { try connection.produce($0, to: topic) }
        }
    }
}

/// A connection to a broker over which requests go byte by byte. It waits where it is used.
final class RawConnection {
    private let connection: Int32

    /// - Parameter server: `127.0.0.1:9092`, without TLS.
    init(_ server: String) throws {
        let parts = server.split(separator: ":")
        guard let port = UInt16(parts.last ?? "") else { throw Missing("a port in \(server)") }
        connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { [connection] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Missing("a connection to \(server)") }
    }

    deinit { close(connection) }

    /// Errors of a topic that was just made, which nobody leads yet.
    private static let passing: Set<Int16> = [3, 5, 6]

    /// The first offset that a batch has got.
    func produce(_ batch: [UInt8], to topic: String, inTransaction id: String? = nil) throws -> Int64 {
        var (error, offset) = try produceOnce(batch, to: topic, inTransaction: id)
        for _ in 0..<Int(100 * TestEnvironment.patience) where Self.passing.contains(error) {
            usleep(100_000)
            (error, offset) = try produceOnce(batch, to: topic, inTransaction: id)
        }
        guard error == 0 else { throw Missing("the broker's yes to a batch: it says \(error)") }
        return offset
    }

    /// All replicas, 20 s, one topic, partition 0.
    private func produceOnce(_ batch: [UInt8], to topic: String, inTransaction id: String?) throws
        -> (error: Int16, offset: Int64)
    {
        let answer = try request(
            0, version: 7,
            (id.map(RawBatch.text) ?? RawBatch.bytes(Int16(-1))) + RawBatch.bytes(Int16(-1))
                + RawBatch.bytes(Int32(20_000)) + RawBatch.bytes(Int32(1)) + RawBatch.text(topic)
                + RawBatch.bytes(Int32(1)) + RawBatch.bytes(Int32(0)) + RawBatch.bytes(Int32(batch.count)) + batch)
        // Topics, the name, partitions, the partition; then the error and the offset.
        let at = 4 + 2 + topic.utf8.count + 4 + 4
        return (
            RawConnection.number(answer, at: at, Int16.self), RawConnection.number(answer, at: at + 2, Int64.self)
        )
    }

    /// What the broker answers, without length and correlation.
    func request(_ key: Int16, version: Int16, _ content: [UInt8]) throws -> [UInt8] {
        let request =
            RawBatch.bytes(key) + RawBatch.bytes(version) + RawBatch.bytes(Int32(1)) + RawBatch.text("raw") + content
        try send(RawBatch.bytes(Int32(request.count)) + request)
        let length = RawConnection.number(try receive(4), at: 0, Int32.self)
        return Array(try receive(Int(length)).dropFirst(4))
    }

    /// A number of an answer; 0 where it ends before.
    static func number<Number: FixedWidthInteger>(_ answer: [UInt8], at place: Int, _: Number.Type) -> Number {
        answer.dropFirst(place).prefix(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    private func send(_ content: [UInt8]) throws {
        var sent = 0
        while sent < content.count {
            let count = content[sent...].withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Missing("a connection that takes a request") }
            sent += count
        }
    }

    private func receive(_ length: Int) throws -> [UInt8] {
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
