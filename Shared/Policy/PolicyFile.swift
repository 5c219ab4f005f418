import Glibc
import Safeguarding

/// One file of a policy while it is read: its values, and what is wrong with them.
struct PolicyFile {
    let name: String
    private(set) var problems: [PolicyProblem] = []

    init(name: String) {
        self.name = name
    }

    /// The YAML files of a folder, sorted; none if there is no such folder.
    static func names(in directory: String) -> [String] {
        guard let folder = opendir(directory) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder), names.count < maximumFiles {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Files of a folder that are looked at.
    private static let maximumFiles = 1000

    mutating func refuse(_ node: YAMLNode?, _ rule: String, _ message: String) {
        problems.append(PolicyProblem(file: name, line: node?.line ?? 1, rule: rule, message: message))
    }

    /// The file's root, a mapping with these keys and no others.
    mutating func load(from directory: String, keys: [String]) -> YAMLNode? {
        guard let bytes = PolicyFile.contents(of: directory + "/" + name) else {
            refuse(nil, "missing-file", "There is no such file in \(directory). KEEPSIGHT_POLICY_DIR names the folder.")
            return nil
        }
        do throws(YAMLError) {
            let root = try YAMLReader.read(bytes)
            return checkKeys(of: root, keys) ? root : nil
        } catch {
            problems.append(
                PolicyProblem(file: name, line: error.line, rule: "not-yaml", message: error.message))
            return nil
        }
    }

    /// The file's bytes; of one that is too large as many as show it.
    static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count <= YAMLReader.maximumBytes {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return ferror(file) == 0 ? bytes : nil
    }

    /// Whether the node is a mapping; keys that nobody knows are refused, since a misspelt rule would be no rule.
    @discardableResult
    mutating func checkKeys(of node: YAMLNode, _ keys: [String]) -> Bool {
        guard let members = node.members else {
            refuse(node, "wrong-type", "Write keys with values here: \(keys.joined(separator: ", ")).")
            return false
        }
        for (key, _) in members where !keys.contains(key.text ?? "") {
            // A hint for each of a hundred thousand would keep a start waiting.
            let near =
                problems.count < 100
                ? keys.min { distance($0, key.text ?? "") < distance($1, key.text ?? "") } : nil
            let hint = near.map { distance($0, key.text ?? "") <= 3 ? " Did you mean '\($0)'?" : "" } ?? ""
            refuse(key, "unknown-key", "There is no setting '\(key.text ?? "")' here.\(hint)")
        }
        return true
    }

    mutating func text(_ node: YAMLNode, _ key: String) -> String? {
        guard let value = node[key] else {
            refuse(node, "missing-key", "Add the key '\(key)'.")
            return nil
        }
        guard let text = value.text, !text.isEmpty, text.utf8.count <= 500 else {
            refuse(value, "wrong-type", "'\(key)' is a text of 1 to 500 characters.")
            return nil
        }
        return text
    }

    mutating func number(_ node: YAMLNode, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(node, key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            refuse(
                node[key], "out-of-range",
                "'\(key)' is a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }

    mutating func date(_ node: YAMLNode, _ key: String) -> CalendarDate? {
        guard let text = text(node, key) else { return nil }
        guard let date = CalendarDate(text) else {
            refuse(node[key], "invalid-date", "'\(key)' is a date, YYYY-MM-DD.")
            return nil
        }
        return date
    }

    mutating func list(_ node: YAMLNode, _ key: String) -> [YAMLNode] {
        guard let value = node[key] else {
            refuse(node, "missing-key", "Add the key '\(key)'.")
            return []
        }
        guard let elements = value.elements else {
            refuse(value, "wrong-type", "'\(key)' is a list.")
            return []
        }
        return elements
    }

    mutating func texts(_ node: YAMLNode, _ key: String) -> [String] {
        list(node, key).compactMap { element in
            guard let text = element.text, !text.isEmpty else {
                refuse(element, "wrong-type", "'\(key)' is a list of texts.")
                return nil
            }
            return text
        }
    }

    /// Edits between two words, for the hint.
    private func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8.prefix(60)), Array(right.utf8.prefix(60)))
        var row = Array(0...right.count)
        for (place, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in 1..<max(1, right.count + 1) {
                let above = row[column]
                row[column] = min(above + 1, row[column - 1] + 1, diagonal + (byte == right[column - 1] ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
