/// Lets one pipeline through at a time, first come first served. For use inside one actor.
struct FIFOGate {
    /// The most that may wait. Callers beyond are turned away, so that a stalled server cannot fill the memory.
    static let limit = 4_096

    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var head = 0

    var isFull: Bool { waiting.count - head >= FIFOGate.limit }

    /// Takes the turn if nobody has it.
    mutating func take() -> Bool {
        guard !isTaken else { return false }
        isTaken = true
        return true
    }

    /// Queues for the turn; the continuation is resumed once it is the caller's.
    mutating func queue(_ continuation: CheckedContinuation<Void, Never>) { waiting.append(continuation) }

    /// Gives the turn to the next in line, if any.
    mutating func pass() {
        guard head < waiting.count else {
            waiting.removeAll(keepingCapacity: true)
            head = 0
            isTaken = false
            return
        }
        head += 1
        waiting[head - 1].resume()
    }
}
