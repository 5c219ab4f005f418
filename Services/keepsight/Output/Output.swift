import Contracts
import Glibc

/// Writing to the two streams of a command: results to one, everything else to the other.
enum Output {
    static func line(_ text: String) { write(1, text + "\n") }

    static func note(_ text: String) { write(2, text + "\n") }

    /// One JSON document on a line.
    static func json(_ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        body(&writer)
        write(1, String(decoding: writer.bytes, as: UTF8.self) + "\n")
    }

    private static func write(_ descriptor: Int32, _ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
