import Safeguarding

@testable import Contracts

/// Events as an agency may send them, and what is said against them.
enum Sample {
    static let now = Instant(rfc3339: "2026-11-23T12:00:00Z") ?? Instant(microsecondsSinceEpoch: 0)

    static let attributes = [
        ("specversion", "1.0"), ("id", "a-1"), ("source", "/agencies/police"), ("type", "keepsight.test.made.v1"),
        ("time", "2026-11-23T11:00:00Z"),
    ]

    /// The data of a decision that is accepted.
    static let decision = #"""
        {"decisionId":"D-1","version":1,"children":[{"ref":"C-1","from":"section-47","to":"section-17",
        "rationale":"Measured."}],"decidedAt":"2026-11-23T10:00:00Z","authoriser":{"name":"Chris Example",
        "role":"team manager"},"reason":"Measured."}
        """#

    /// An event in structured mode, with attributes changed, added or, where they are `nil`, left out. Values are JSON.
    static func structured(_ changes: [String: String?] = [:], data: String? = "{}") -> [UInt8] {
        var members = attributes.compactMap { name, value -> String? in
            guard let change = changes[name] else { return #""\#(name)":"\#(value)""# }
            return change.map { #""\#(name)":\#($0)"# }
        }
        for (name, value) in changes.sorted(by: { $0.key < $1.key })
        where !attributes.contains(where: { $0.0 == name }) {
            if let value { members.append(#""\#(name)":\#(value)"#) }
        }
        if let data { members.append(#""data":\#(data)"#) }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    /// The attributes' headers in binary mode, with some changed, added or, where they are `nil`, left out.
    static func headers(_ changes: [String: String?] = [:]) -> [(name: String, value: [UInt8])] {
        var headers = attributes.compactMap { name, value -> (name: String, value: [UInt8])? in
            let text = changes["ce_" + name] ?? value
            return text.map { (name: "ce_" + name, value: Array($0.utf8)) }
        }
        for (name, value) in changes.sorted(by: { $0.key < $1.key })
        where !attributes.contains(where: { "ce_" + $0.0 == name }) {
            if let value { headers.append((name: name, value: Array(value.utf8))) }
        }
        return headers
    }

    static func read(_ value: [UInt8]?, headers: [(name: String, value: [UInt8])] = []) -> Result<
        ReceivedEvent, EventRefusal
    > {
        do throws(EventRefusal) {
            return .success(try EnvelopeReader.read(value: value, headers: headers, now: now))
        } catch {
            return .failure(error)
        }
    }

    static func refusal(_ value: [UInt8]?, headers: [(name: String, value: [UInt8])] = []) -> EventRefusal? {
        if case .failure(let refusal) = read(value, headers: headers) { return refusal }
        return nil
    }

    static func reasons(_ result: Result<ReceivedEvent, EventRefusal>) -> [String] {
        guard case .failure(let refusal) = result else { return [] }
        return refusal.reasons.all.map { "\($0.path) \($0.code.rawValue)" }
    }

    /// The type of a name, in the edition that agencies publish.
    static func type(_ name: String) -> String {
        EventCatalogue.all.map { $0.terms.type.text }.first { $0.hasPrefix("keepsight.\(name).v") }
            ?? "keepsight.\(name).v1"
    }

    /// What stands against an event that intake reads at that moment.
    static func reasons(type: String, data: String, now: Instant? = Sample.now) -> [String] {
        do throws(EventRefusal) {
            let event = try EnvelopeReader.read(
                value: structured(["type": #""\#(Sample.type(type))""#], data: data), headers: [], now: nil)
            _ = try EventCatalogue.read(event, now: now)
            return []
        } catch {
            return error.reasons.all.map { "\($0.path) \($0.code.rawValue)" }
        }
    }
}
