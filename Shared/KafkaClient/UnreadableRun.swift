/// Where a run of offsets ends of which no fetch makes anything. Pure.
///
/// The first are tried one by one, so that a record between two of them that can be read is found. Where there are many, each of
/// which takes some tenths of a second, the step doubles: whoever writes hundreds of such records has them told together, with
/// whatever stands between them.
struct UnreadableRun {
    /// So many are tried one by one.
    static let single = 16

    /// The last one that is known to be unreadable.
    private(set) var last: Int64
    /// Something that can be read, or the end, is known to stand there.
    private var behind: Int64?
    private let limit: Int64
    private var found = 0
    private var step: Int64 = 1

    /// A run that begins there, and ends before the limit.
    init(from first: Int64, before limit: Int64 = .max) {
        last = first
        self.limit = limit
        if limit <= first + 1 { behind = first + 1 }
    }

    /// Where to look next; `nil` once the end is known.
    var probe: Int64? {
        guard let behind else { return min(last + step, limit - 1) }
        return behind > last + 1 ? last + (behind - last) / 2 : nil
    }

    /// What a look at `probe` has found.
    mutating func found(isUnreadable: Bool) {
        guard let probe else { return }
        guard isUnreadable else { return behind = probe }
        last = probe
        found += 1
        if last == limit - 1 { behind = limit }
        if behind == nil, found >= Self.single { step *= 2 }
    }
}
