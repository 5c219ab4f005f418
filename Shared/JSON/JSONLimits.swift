/// How much a document may hold before it is refused with the limit's name.
public struct JSONLimits: Sendable, Equatable {
    /// Bytes of the whole document.
    public var maximumBytes: Int
    /// Arrays and objects inside each other.
    public var maximumDepth: Int
    /// Unicode scalars of one string, keys included.
    public var maximumStringCharacters: Int

    /// Limits for one use.
    public init(maximumBytes: Int, maximumDepth: Int, maximumStringCharacters: Int) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumStringCharacters = maximumStringCharacters
    }

    /// What an event may hold (contract.md section 1): 256 KiB, 32 levels, 20,000 characters a string.
    public static let event = JSONLimits(
        maximumBytes: 256 * 1024, maximumDepth: 32, maximumStringCharacters: 20_000)
}
