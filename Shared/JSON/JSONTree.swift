/// A JSON document as a value whose members keep their order: for what we write for others to read, such as schemas.
public enum JSONTree: Sendable, Equatable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONTree])
    /// An object.
    case object([Member])

    /// A key and its value.
    public struct Member: Sendable, Equatable {
        /// The key.
        public let key: String
        /// Its value.
        public let value: JSONTree

        /// A key and its value.
        public init(_ key: String, _ value: JSONTree) {
            self.key = key
            self.value = value
        }
    }

    /// A value of a document, copied; numbers that are not whole become strings, since nothing that we describe has any.
    public init(_ value: JSONValue) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool ?? false)
        case .number:
            self = value.int64.map { .int(Int($0)) } ?? .string(String(decoding: value.rawBytes, as: UTF8.self))
        case .string: self = .string(value.string ?? "")
        case .array: self = .array(value.elements.map(JSONTree.init))
        case .object: self = .object(value.members.map { Member($0.key, JSONTree($0.value)) })
        }
    }

    /// Strings as an array.
    public static func strings(_ texts: [String]) -> JSONTree { .array(texts.map(JSONTree.string)) }

    /// The members of an object; none of anything else.
    public var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The member of an object with that key.
    public subscript(key: String) -> JSONTree? { members.first { $0.key == key }?.value }

    /// An object with that member in the place of one with its key, or at its end.
    public func with(_ key: String, _ value: JSONTree) -> JSONTree {
        var members = members
        if let place = members.firstIndex(where: { $0.key == key }) {
            members[place] = Member(key, value)
        } else {
            members.append(Member(key, value))
        }
        return .object(members)
    }

    /// An object without that member.
    public func without(_ key: String) -> JSONTree { .object(members.filter { $0.key != key }) }

    /// Writes the value.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .int(let number): writer.int(number)
        case .string(let text): writer.string(text)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.key)
                member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    /// The value on one line.
    public var text: String {
        var writer = JSONWriter(escapesForTerminals: true)
        write(to: &writer)
        return writer.text
    }

    /// The value for people: two spaces a level; what fits into a line stands on one. It ends with a line feed.
    public var indented: String { lines("", room: JSONTree.lineWidth) + "\n" }

    private static let lineWidth = 110

    private func lines(_ margin: String, room: Int) -> String {
        let line = text
        let inner = margin + "  "
        switch self {
        case .array(let elements) where line.utf8.count > room && !elements.isEmpty:
            let parts = elements.map { inner + $0.lines(inner, room: JSONTree.lineWidth - inner.utf8.count) }
            return "[\n" + parts.joined(separator: ",\n") + "\n" + margin + "]"
        case .object(let members) where line.utf8.count > room && !members.isEmpty:
            let parts = members.map { member in
                let key = JSONTree.string(member.key).text + ": "
                let room = JSONTree.lineWidth - inner.utf8.count - key.utf8.count
                return inner + key + member.value.lines(inner, room: room)
            }
            return "{\n" + parts.joined(separator: ",\n") + "\n" + margin + "}"
        default: return line
        }
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral text: String) { self = .string(text) }
    /// `true` or `false`
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral number: Int) { self = .int(number) }
    /// An array.
    public init(arrayLiteral elements: JSONTree...) { self = .array(elements) }
    /// An object whose members stand in that order.
    public init(dictionaryLiteral members: (String, JSONTree)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }
}
