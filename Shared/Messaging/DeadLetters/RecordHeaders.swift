import Contracts
import JSON
import KafkaClient

/// A record's headers as a JSON object, bounded: whoever wrote the record may have written anything.
enum RecordHeaders {
    /// The most headers of the record that are kept.
    static let maximumCount = 32
    /// The longest name that is kept, in bytes of UTF-8.
    static let maximumNameBytes = 128
    /// The longest value that is kept, in bytes of UTF-8.
    static let maximumValueBytes = 1024
    /// How names begin that are ours. A record that came with one has it from nobody whom we know.
    private static let ours = "keepsight-"

    /// Ours first, which are never left out, then the record's, within the limits. Bytes that are not UTF-8 and control
    /// characters are replaced.
    static func encoded(_ record: KafkaMessage, adding own: [(name: String, value: String)] = []) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        var names: Set<String> = []
        for header in own where names.insert(header.name).inserted {
            writer.key(header.name)
            writer.string(header.value)
        }
        var count = 0
        for header in record.headers where count < maximumCount {
            let name = bounded(Array(header.name.utf8), maximumNameBytes)
            guard !name.lowercased().hasPrefix(ours), names.insert(name).inserted else { continue }
            writer.key(name)
            writer.string(bounded(header.value, maximumValueBytes))
            count += 1
        }
        writer.endObject()
        return writer.bytes
    }

    private static func bounded(_ bytes: [UInt8], _ maximum: Int) -> String {
        var text = String.UnicodeScalarView()
        var length = 0
        for scalar in String(decoding: bytes.prefix(maximum), as: UTF8.self).unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            let kept: Unicode.Scalar = isControl ? "?" : scalar
            length += UTF8.width(kept)
            guard length <= maximum else { break }
            text.append(kept)
        }
        return String(text)
    }
}
