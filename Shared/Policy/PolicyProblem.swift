/// One thing that is wrong with a policy, where it stands, and by which rule.
public struct PolicyProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file's name.
    public let file: String
    /// From 1.
    public let line: Int
    /// Kebab-case: `unknown-key`, `beyond-statutory-limit`, …
    public let rule: String
    /// What is wrong and what to do.
    public let message: String

    /// `file:line: rule: message`
    public var description: String { "\(file):\(line): \(rule): \(message)" }
}

/// Everything that is wrong with a policy. It is not used until nothing is.
public struct PolicyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// In the files' order.
    public let problems: [PolicyProblem]

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
