import Foundation

/// JSON of which one value is something else than it was, as `JSONSerialization` has it.
public enum Mutants {
    /// One step from a value to one within it.
    public enum Step: Hashable, Sendable {
        case key(String)
        case position(Int)
    }

    /// The paths of all values that hold no others.
    public static func leaves(_ value: Any, _ path: [Step] = []) -> [[Step]] {
        switch value {
        case let object as [String: Any]:
            object.sorted { $0.key < $1.key }.flatMap { leaves($0.value, path + [.key($0.key)]) }
        case let list as [Any]: list.enumerated().flatMap { leaves($0.element, path + [.position($0.offset)]) }
        default: [path]
        }
    }

    /// A path as a JSON Pointer.
    public static func pointer(_ path: [Step]) -> String {
        path.map { step in
            switch step {
            case .key(let key): "/" + key
            case .position(let place): "/\(place)"
            }
        }.joined()
    }

    /// What stands there.
    public static func value(_ path: ArraySlice<Step>, of value: Any) -> Any? {
        switch path.first {
        case nil: value
        case .key(let key): (value as? [String: Any])?[key].flatMap { self.value(path.dropFirst(), of: $0) }
        case .position(let place): (value as? [Any]).flatMap { self.value(path.dropFirst(), of: $0[place]) }
        }
    }

    /// The whole with something else there.
    public static func replace(_ path: ArraySlice<Step>, of value: Any, by new: Any) -> Any {
        switch path.first {
        case nil: return new
        case .key(let key):
            guard var object = value as? [String: Any] else { return value }
            object[key] = object[key].map { replace(path.dropFirst(), of: $0, by: new) }
            return object
        case .position(let place):
            guard var list = value as? [Any] else { return value }
            list[place] = replace(path.dropFirst(), of: list[place], by: new)
            return list
        }
    }

    /// What somebody may put in the place of a value.
    public static func of(_ value: Any) -> [Any] {
        let words: [Any] = [
            "", " ", "\u{A0}", "\u{3000}", "\u{FEFF}", "\u{200B}", "\u{2060}\u{2003}", "\u{0}", "x", "é",
            String(repeating: "é", count: 41), String(repeating: "x", count: 61), String(repeating: "x", count: 101),
            String(repeating: "é", count: 200), String(repeating: "x", count: 201), String(repeating: "x", count: 501),
            String(repeating: "x", count: 2001), String(repeating: "x", count: 20_001), NSNull(), 7, true, [Any](),
            [String: Any](),
        ]
        guard let text = value as? String else {
            return words + [0, 1, -1, 9, 10, 1_000_000, 1_000_001, 1.0, 1.5, 3e0, "1"]
        }
        let marks = [
            "\u{0}", "\n", "\t", "\r", "\u{1B}", "\u{7F}", "\u{85}", "\u{202E}", "\u{2066}", "\u{61C}", "\u{200E}",
            "\u{A0}",
        ]
        let half = text.index(text.startIndex, offsetBy: text.count / 2)
        return words + marks.flatMap { [text + $0, $0 + text, "\(text[..<half])\($0)\(text[half...])"] }
    }

    /// Objects of which one value, or one member of any object within, is gone or something else; with the place.
    ///
    /// - Parameters:
    ///   - step: of those with another value, one in so many
    ///   - first: which of them is the first
    public static func all(of object: [String: Any], every step: Int = 1, from first: Int = 0)
        -> [(place: String, mutant: [String: Any])]
    {
        var number = 0
        var mutants = leaves(object).flatMap { leaf in
            of(value(leaf[...], of: object) ?? NSNull()).compactMap { new -> (String, [String: Any])? in
                number += 1
                guard number % step == first % step else { return nil }
                return (replace(leaf[...], of: object, by: new) as? [String: Any]).map { (pointer(leaf), $0) }
            }
        }
        for leaf in leaves(object) {
            for end in leaf.indices {
                guard case .key(let key) = leaf[end],
                    var parent = value(leaf[..<end], of: object) as? [String: Any]
                else { continue }
                parent[key] = nil
                if let mutant = replace(leaf[..<end], of: object, by: parent) as? [String: Any] {
                    mutants.append((pointer(Array(leaf[...end])) + " left out", mutant))
                }
            }
        }
        return mutants
    }
}
