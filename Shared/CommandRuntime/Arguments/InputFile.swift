import Glibc
import ServiceRuntime

/// A file that a command line names, or standard input: read to a limit, since what is named may be a device that never ends.
public enum InputFile {
    /// More than any event, case or password is, in bytes. What is a little too large is told by whoever reads it.
    public static let maximumBytes = 4 << 20

    /// What stands in it; `-` is standard input if `isInput`.
    ///
    /// - Throws: `CommandFailure` (65) where it cannot be read or has more than `limit` bytes.
    public static func read(_ path: String, isInput: Bool = false, limit: Int = maximumBytes) throws(CommandFailure)
        -> [UInt8]
    {
        if isInput, path == "-" { return try read(descriptor: 0, "standard input", limit) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, path, limit)
    }

    private static func read(descriptor: Int32, _ name: String, _ limit: Int) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(name) }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw CommandFailure(
                    .data,
                    "\(name) has more than \(limit) bytes, which is more than is ever wanted here. "
                        + "Name the file.")
            }
        }
    }

    private static func unreadable(_ name: String) -> CommandFailure {
        CommandFailure(.data, "\(name) cannot be read: \(String(cString: strerror(errno))).")
    }
}
