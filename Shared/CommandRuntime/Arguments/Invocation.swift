/// A command line that fits its command.
public struct Invocation: Sendable {
    /// The arguments, in order.
    public private(set) var positional: [String] = []
    /// By option, in the order in which they were given.
    private var values: [String: [String]] = [:]
    private var flags: Set<String> = []
    /// The process's environment.
    public let environment: [String: String]

    init(environment: [String: String]) {
        self.environment = environment
    }

    mutating func add(_ argument: String) { positional.append(argument) }

    mutating func add(flag: String) { flags.insert(flag) }

    mutating func add(_ value: String, of option: String) { values[option, default: []].append(value) }

    /// Whether a flag was given.
    public func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// An option's value; of several the last.
    public func value(_ option: String) -> String? { values[option]?.last }

    /// Every value of an option that may be given several times.
    public func all(_ option: String) -> [String] { values[option] ?? [] }

    /// A whole number within a range, or the default.
    public func number(_ option: String, default standard: Int, in range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let text = value(option) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("--\(option) takes a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}

/// A command line that does not fit, and what would.
public struct UsageError: Error, Sendable, CustomStringConvertible {
    /// A sentence that says what would fit.
    public let description: String

    /// The sentence.
    public init(_ description: String) {
        self.description = description
    }
}
