import JSON

/// Something beside the data that Keepsight reads nothing from. It is kept, ignored and listed on the receipt, as unknown keys
/// in the data are.
struct OtherAttribute: Sendable {
    /// The attributes that are read, and the data. In binary mode the content type has a header of its own.
    static let known: [StaticString] = [
        "specversion", "id", "source", "type", "time", "datacontenttype", "subject", "traceparent", "correlationid",
        "causationid", "data", "data_base64",
    ]

    /// As it stands there; in binary mode without `ce_`.
    let name: String
    /// What it says, for comparing (E2); `nil` where it is an extension attribute as CloudEvents has them, which is about this
    /// sending of the event: clients and gateways set them anew. What can be none, such as a list or a name in camel case, is
    /// content that its sender has put in the wrong place.
    let content: [UInt8]?

    /// JSON Pointer from the event's root.
    var pointer: String { "/" + escapedPointer(name) }

    /// A member of an event in structured mode.
    init(_ name: String, _ value: JSONValue) {
        self.name = name
        let isScalar = value.kind != .object && value.kind != .array
        content = isScalar && OtherAttribute.isExtension(name) ? nil : ContentForm(of: value).bytes
    }

    /// A header of an event in binary mode.
    init(_ name: String, text: String) {
        self.name = name
        content = OtherAttribute.isExtension(name) ? nil : ContentForm(of: text).bytes
    }

    /// What stands in an event in structured mode beside what is read; members that are `null` are absent.
    static func beside(_ root: JSONValue) -> [OtherAttribute] {
        // Most events have nothing else, and are not looked through.
        guard known.reduce(0, { $0 + (root[$1] == nil ? 0 : 1) }) < root.count else { return [] }
        return root.members.compactMap { name, value in
            value.isNull || isKnown(name) ? nil : OtherAttribute(name, value)
        }
    }

    /// The same of an event in binary mode, from its attributes' headers.
    static func beside(_ headers: [String: String]) -> [OtherAttribute] {
        headers.sorted { $0.key < $1.key }.compactMap { header, text in
            guard header.hasPrefix("ce_") else { return nil }
            let name = String(header.dropFirst(3))
            // A header of that name is no data, in this mode.
            let isData = name == "data" || name == "data_base64"
            return isKnown(name) && !isData ? nil : OtherAttribute(name, text: text)
        }
    }

    /// By bytes: what Unicode takes for equivalent is another name.
    private static func isKnown(_ name: String) -> Bool { known.contains { "\($0)".utf8.elementsEqual(name.utf8) } }

    /// Whether CloudEvents 1.0 lets an attribute have that name: small letters and digits.
    private static func isExtension(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }
}
