import Foundation
import Synchronization

/// A validator for the keywords of JSON Schema 2020-12 that our schemas use. A keyword that it does not know is a fault of
/// the schema, so that no rule is silently left unchecked.
public struct SchemaValidator {
    private static let annotations: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

    /// What `#/$defs/…` names.
    private let definitions: [String: [String: Any]]

    /// A validator of one schema.
    init(_ schema: [String: Any]) { definitions = schema["$defs"] as? [String: [String: Any]] ?? [:] }

    /// JSON Pointers of what is wrong; throws for a keyword that it does not know.
    public static func problems(of value: Any, against schema: [String: Any]) throws -> [String] {
        try SchemaValidator(schema).problems(of: value, against: schema, at: "")
    }

    private func problems(of value: Any, against schema: [String: Any], at path: String) throws -> [String] {
        var problems: [String] = []
        for (keyword, rule) in schema where !SchemaValidator.annotations.contains(keyword) {
            switch (keyword, rule) {
            case ("$ref", let name as String):
                guard name.hasPrefix("#/$defs/"), let rule = definitions[String(name.dropFirst(8))] else {
                    throw UnknownKeyword(name: name, path: path)
                }
                problems += try self.problems(of: value, against: rule, at: path)
            case ("not", let rule as [String: Any]):
                if try self.problems(of: value, against: rule, at: path).isEmpty { problems.append(path) }
            case ("propertyNames", let rule as [String: Any]):
                for key in (value as? [String: Any] ?? [:]).keys {
                    if try !self.problems(of: key, against: rule, at: path).isEmpty { problems.append(path) }
                }
            case ("type", let type as String): if !isType(value, type) { problems.append(path) }
            case ("const", _): if !isEqual(value, rule) { problems.append(path) }
            case ("enum", let allowed as [Any]):
                if !allowed.contains(where: { isEqual(value, $0) }) { problems.append(path) }
            case ("minLength", let limit as Int):
                if let text = value as? String, text.unicodeScalars.count < limit { problems.append(path) }
            case ("maxLength", let limit as Int):
                if let text = value as? String, text.unicodeScalars.count > limit { problems.append(path) }
            case ("pattern", let pattern as String):
                if let text = value as? String, try !SchemaValidator.matches(text, pattern) { problems.append(path) }
            case ("format", let format as String): if !hasFormat(value, format) { problems.append(path) }
            case ("minimum", let limit as Int):
                if let number = wholeNumber(value), number < limit { problems.append(path) }
            case ("maximum", let limit as Int):
                if let number = wholeNumber(value), number > limit { problems.append(path) }
            case ("required", let keys as [String]):
                if let object = value as? [String: Any] {
                    problems += keys.filter { object[$0] == nil }.map { path + "/" + $0 }
                }
            case ("properties", let rules as [String: [String: Any]]):
                guard let object = value as? [String: Any] else { continue }
                for (key, rule) in rules {
                    if let member = object[key] {
                        problems += try self.problems(of: member, against: rule, at: path + "/" + key)
                    }
                }
            case ("additionalProperties", let rule as [String: Any]):
                let named = schema["properties"] as? [String: Any] ?? [:]
                for (key, member) in value as? [String: Any] ?? [:] where named[key] == nil {
                    problems += try self.problems(of: member, against: rule, at: path + "/" + key)
                }
            case ("items", let rule as [String: Any]):
                for (place, element) in (value as? [Any] ?? []).enumerated() {
                    problems += try self.problems(of: element, against: rule, at: path + "/\(place)")
                }
            case ("minItems", let limit as Int):
                if let list = value as? [Any], list.count < limit { problems.append(path) }
            case ("maxItems", let limit as Int):
                if let list = value as? [Any], list.count > limit { problems.append(path) }
            case ("uniqueItems", true as Bool):
                let elements = (value as? [Any] ?? []).compactMap { $0 as? AnyHashable }
                if Set(elements).count < elements.count { problems.append(path) }
            case ("anyOf", let rules as [[String: Any]]):
                let each = try rules.map { try self.problems(of: value, against: $0, at: path) }
                if !each.contains(where: \.isEmpty) { problems += each.first { $0 != [path] } ?? [path] }
            case ("allOf", let rules as [[String: Any]]):
                for rule in rules { problems += try self.problems(of: value, against: rule, at: path) }
            case ("if", let condition as [String: Any]):
                if try self.problems(of: value, against: condition, at: path).isEmpty,
                    let then = schema["then"] as? [String: Any]
                {
                    problems += try self.problems(of: value, against: then, at: path)
                }
            case ("then", _): break
            default: throw UnknownKeyword(name: keyword, path: path)
            }
        }
        return problems
    }

    /// A keyword that the validator does not know.
    struct UnknownKeyword: Error {
        let name: String
        let path: String
    }

    private func isType(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": isBool(value)
        case "integer": wholeNumber(value) != nil
        case "null": value is NSNull
        default: false
        }
    }

    /// A number without a fraction is a whole one, however it is written.
    private func wholeNumber(_ value: Any) -> Int? {
        isBool(value) ? nil : (value as? NSNumber).flatMap { Int(exactly: $0.doubleValue) }
    }

    private static let patterns = Mutex<[String: NSRegularExpression]>([:])

    private static func matches(_ text: String, _ pattern: String) throws -> Bool {
        let expression = try patterns.withLock { known in
            if let expression = known[pattern] { return expression }
            let expression = try NSRegularExpression(pattern: pattern)
            known[pattern] = expression
            return expression
        }
        return expression.firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
    }

    private func isBool(_ value: Any) -> Bool {
        (value as? NSNumber).map { holdsBool($0) } ?? (value is Bool)
    }

    private func holdsBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    private func isEqual(_ left: Any, _ right: Any) -> Bool {
        if isBool(left) || isBool(right) { return isBool(left) && isBool(right) && (left as? Bool) == (right as? Bool) }
        if let left = left as? String { return left == right as? String }
        if let left = left as? Int { return left == right as? Int }
        return left is NSNull && right is NSNull
    }

    private func hasFormat(_ value: Any, _ format: String) -> Bool {
        guard let text = value as? String else { return true }
        let pattern =
            format == "date"
            ? #"^\d{4}-\d{2}-\d{2}\z"# : #"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\z"#
        return (try? SchemaValidator.matches(text, pattern)) == true
    }
}
