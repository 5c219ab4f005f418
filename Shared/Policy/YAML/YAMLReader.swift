import CYAML

/// Why a file is not YAML that we take.
public struct YAMLError: Error, Sendable, Equatable {
    /// From 1.
    public let line: Int
    /// What is wrong.
    public let message: String
}

/// Reads one YAML document by libyaml, within limits and without aliases, tags and duplicate keys: a policy is read by
/// people, and must say what it seems to say.
public struct YAMLReader {
    /// Bytes of a file.
    public static let maximumBytes = 1 << 20
    /// Lists and mappings inside each other.
    public static let maximumDepth = 20

    /// The document's root.
    public static func read(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= maximumBytes else { throw YAMLError(line: 1, message: "The file is larger than 1 MiB.") }
        var reader = YAMLReader()
        let result = bytes.withUnsafeBufferPointer { buffer in reader.parse(buffer) }
        switch result {
        case .success(let node): return node
        case .failure(let error): throw error
        }
    }

    private mutating func parse(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<YAMLNode, YAMLError> {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else {
            return .failure(YAMLError(line: 1, message: "There is no memory for the YAML parser."))
        }
        defer { yaml_parser_delete(&parser) }
        yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
        do throws(YAMLError) {
            _ = try event(&parser)  // the stream's start
            guard case .documentStart = try event(&parser).kind else {
                throw YAMLError(line: 1, message: "The file is empty.")
            }
            let root = try node(try event(&parser), &parser, depth: 0)
            _ = try event(&parser)  // the document's end
            let end = try event(&parser)
            guard case .streamEnd = end.kind else {
                throw YAMLError(line: end.line, message: "The file holds more than one document.")
            }
            return .success(root)
        } catch {
            return .failure(error)
        }
    }

    private struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd, other
            case scalar(String, isQuoted: Bool)
            case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        }

        let kind: Kind
        let line: Int
    }

    private func node(_ event: Event, _ parser: inout yaml_parser_t, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth < YAMLReader.maximumDepth else {
            throw YAMLError(
                line: event.line, message: "The file is nested deeper than \(YAMLReader.maximumDepth) levels.")
        }
        switch event.kind {
        case .scalar(let text, let isQuoted):
            return YAMLNode(content: .scalar(text), line: event.line, isQuoted: isQuoted)
        case .sequenceStart:
            var elements: [YAMLNode] = []
            while true {
                let next = try self.event(&parser)
                if case .sequenceEnd = next.kind { break }
                elements.append(try node(next, &parser, depth: depth + 1))
            }
            return YAMLNode(content: .sequence(elements), line: event.line, isQuoted: false)
        case .mappingStart:
            return YAMLNode(
                content: .mapping(try members(&parser, depth: depth)), line: event.line, isQuoted: false)
        default:
            throw YAMLError(line: event.line, message: "Aliases are not used in these files: write the value out.")
        }
    }

    private func members(_ parser: inout yaml_parser_t, depth: Int) throws(YAMLError) -> [(
        key: YAMLNode, value: YAMLNode
    )] {
        var members: [(key: YAMLNode, value: YAMLNode)] = []
        var seen: Set<String> = []
        while true {
            let next = try event(&parser)
            if case .mappingEnd = next.kind { return members }
            let key = try node(next, &parser, depth: depth + 1)
            guard let text = key.text else { throw YAMLError(line: key.line, message: "A key must be a word.") }
            guard seen.insert(text).inserted else {
                throw YAMLError(line: key.line, message: "The key '\(text)' stands here twice.")
            }
            members.append((key, try node(try event(&parser), &parser, depth: depth + 1)))
        }
    }

    private func event(_ parser: inout yaml_parser_t) throws(YAMLError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(&parser, &raw) == 1 else {
            let problem = parser.problem.map { String(cString: $0) } ?? "not YAML"
            throw YAMLError(line: Int(parser.problem_mark.line) + 1, message: "This is not YAML: \(problem).")
        }
        defer { yaml_event_delete(&raw) }
        let line = Int(raw.start_mark.line) + 1
        switch raw.type {
        case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, line: line)
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, line: line)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, line: line)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, line: line)
        case YAML_SEQUENCE_START_EVENT: return Event(kind: .sequenceStart, line: line)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, line: line)
        case YAML_MAPPING_START_EVENT: return Event(kind: .mappingStart, line: line)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, line: line)
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isQuoted = scalar.style != YAML_PLAIN_SCALAR_STYLE
            return Event(kind: .scalar(String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted), line: line)
        default: return Event(kind: .other, line: line)
        }
    }
}
