/// A value of a YAML file with the place where it stands.
public struct YAMLNode: Sendable {
    /// What it is.
    public indirect enum Content: Sendable {
        /// A text; everything plain is one until a rule says otherwise.
        case scalar(String)
        /// A list.
        case sequence([YAMLNode])
        /// Keys with their nodes, in order.
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    /// What it is.
    public let content: Content
    /// From 1.
    public let line: Int
    /// Whether it is quoted: a quoted "1" is a text.
    public let isQuoted: Bool

    /// The text, if it is one.
    public var text: String? {
        if case .scalar(let text) = content { text } else { nil }
    }

    /// The elements, if it is a list.
    public var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The members, if it is a mapping.
    public var members: [(key: YAMLNode, value: YAMLNode)]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    /// The value under a key, if this is a mapping that has it.
    public subscript(_ key: String) -> YAMLNode? { members?.first { $0.key.text == key }?.value }
}
