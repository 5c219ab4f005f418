import Glibc
import Synchronization

/// A folder in memory with the eight files of a policy; the settings name it and the sample's.
struct PolicyFolder: Sendable {
    let path: String
    let files: [PolicyFolderFile]

    init() {
        guard let path = getenv("KEEPSIGHT_FUZZ_FOLDER"), let sample = getenv("KEEPSIGHT_FUZZ_SAMPLE") else {
            broken("KEEPSIGHT_FUZZ_FOLDER and KEEPSIGHT_FUZZ_SAMPLE name no folders; deploy/fuzz sets them")
        }
        self.path = String(cString: path)
        let (folder, source) = (self.path, String(cString: sample))
        mkdir(folder + "/ladders", 0o700)
        files = [
            "policy.yaml", "agencies.yaml", "clocks.yaml", "calendar.yaml", "ladders/default.yaml", "notices.yaml",
            "retention.yaml", "bank-holidays.json",
        ].map {
            PolicyFolderFile(path: folder + "/" + $0, sample: readFile(source + "/" + $0))
        }
    }
}

/// One file, which is written only when it changes.
final class PolicyFolderFile: Sendable {
    let path: String
    let sample: [UInt8]
    private let written = Mutex<[UInt8]?>(nil)

    init(path: String, sample: [UInt8]) {
        self.path = path
        self.sample = sample
    }

    func write(_ bytes: [UInt8]) {
        written.withLock { written in
            guard bytes != written else { return }
            let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
                broken("\(path): cannot be written")
            }
            close(file)
            written = bytes
        }
    }
}

private func readFile(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { broken("\(path): cannot be opened") }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
}
