import Foundation

/// Which process has a TCP connection from a port of this machine, as `/proc` tells.
enum LocalSockets {
    /// Inodes of sockets whose own port is this one.
    static func inodes(ofPort port: Int) -> Set<String> {
        let wanted =
            ":" + String(repeating: "0", count: max(0, 4 - String(port, radix: 16).count))
            + String(port, radix: 16).uppercased()
        let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
        return Set(
            table.split(separator: "\n").dropFirst().compactMap { line in
                let columns = line.split(separator: " ", omittingEmptySubsequences: true)
                guard columns.count > 9, columns[1].hasSuffix(wanted), columns[9] != "0" else { return nil }
                return "socket:[\(columns[9])]"
            })
    }

    /// Whether the process has one of these sockets open.
    static func holds(_ process: Int32, _ inodes: Set<String>) -> Bool {
        let folder = "/proc/\(process)/fd"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.contains { file in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + file)).map(inodes.contains)
                == true
        }
    }
}
