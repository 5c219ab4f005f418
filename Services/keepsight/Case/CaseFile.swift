import CommandRuntime
import Contracts
import JSON
import Policy
import Safeguarding
import ServiceRuntime

/// A case to be played: who says what in which order, and what everybody is to be told.
struct CaseFile: Sendable {
    /// A notice that must arrive.
    struct Expectation: Sendable, Hashable {
        let agency: AgencyCode
        let kind: NoticeKind
        let state: ChangeState?
        /// The receiver's own reference of one of the children, where it matters which.
        let child: String?
        let count: Int

        func fits(_ notice: NoticeIssued, for agency: AgencyCode) -> Bool {
            self.agency == agency && kind == notice.kind && (state == nil || state == notice.body.state)
                && (child == nil || notice.children.contains { $0.name.ref == child })
        }
    }

    struct Step: Sendable {
        let line: Int
        let say: String
        let agency: AgencyCode
        let type: String
        let data: YAMLNode
        let expectations: [Expectation]
    }

    let title: String
    let steps: [Step]

    /// Reads a case; placeholders stay as they are until their step is played.
    init(path: String) throws {
        let text = try InputFile.read(path)
        let root: YAMLNode
        do {
            root = try YAMLReader.read(text)
        } catch {
            throw CommandFailure(.data, "\(path):\(error.line): \(error.message)")
        }
        title = root["title"]?.text ?? path
        steps = try (root["steps"]?.elements ?? []).map { try CaseFile.step($0, path) }
        guard !steps.isEmpty else { throw CommandFailure(.data, "\(path): a case has 'steps'.") }
    }

    private static func step(_ node: YAMLNode, _ path: String) throws -> Step {
        guard let agency = node["as"]?.text.flatMap({ AgencyCode($0) }), let type = node["type"]?.text,
            let data = node["data"]
        else { throw CommandFailure(.data, "\(path):\(node.line): a step has 'as', 'type' and 'data'.") }
        let expectations = try (node["expect"]?.elements ?? []).map { entry in
            guard let agency = entry["agency"]?.text.flatMap({ AgencyCode($0) }),
                let kind = entry["kind"]?.text.flatMap(NoticeKind.init(rawValue:))
            else {
                throw CommandFailure(.data, "\(path):\(entry.line): an expectation has 'agency' and a known 'kind'.")
            }
            return Expectation(
                agency: agency, kind: kind, state: entry["state"]?.text.flatMap(ChangeState.init(rawValue:)),
                child: entry["child"]?.text, count: entry["count"]?.text.flatMap { Int($0) } ?? 1)
        }
        return Step(
            line: node.line, say: node["say"]?.text ?? type, agency: agency, type: type, data: data,
            expectations: expectations)
    }
}

extension JSONWriter {
    /// A YAML value as JSON: plain true, false, null and whole numbers are what they look like, everything else is text.
    mutating func yaml(_ node: YAMLNode, _ fill: (String) throws -> String) rethrows {
        switch node.content {
        case .scalar(let text):
            let filled = try fill(text)
            if node.isQuoted { return string(filled) }
            switch filled {
            case "true", "false": bool(filled == "true")
            case "null", "~", "": null()
            default: if let number = Int(filled), String(number) == filled { int(number) } else { string(filled) }
            }
        case .sequence(let elements):
            beginArray()
            for element in elements { try yaml(element, fill) }
            endArray()
        case .mapping(let members):
            beginObject()
            for (name, value) in members {
                key(name.text ?? "")
                try yaml(value, fill)
            }
            endObject()
        }
    }
}
