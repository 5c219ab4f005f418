import Messaging
import ServiceRuntime

/// What reading a partition on from another place means for the messages of its log: pure.
enum RepairSentence {
    /// - Parameters:
    ///   - offset: the place from which it is to be read.
    ///   - log: the first offset of the log, and the one after its last.
    ///   - inEffect: the offset up to which the service has handled this very log; `nil` if what it has handled was another
    ///     log, or nothing.
    static func text(from offset: Int64, log: Range<Int64>, inEffect: Int64?) -> String {
        guard let inEffect else { return unknownLog(from: offset, log) }
        let kept = inEffect > 0 ? " What was handled before offset \(inEffect) stays in effect." : ""
        if offset > inEffect {
            let first = max(inEffect, log.lowerBound)
            let gone =
                first > inEffect ? " Retention has removed \(range(inEffect, first).lowercased()) before." : ""
            guard offset > first else { return "Nothing that is there is left out.\(gone)\(kept)" }
            return
                "\(range(first, offset)) \(offset - first == 1 ? "is" : "are") left out and never \(offset - first == 1 ? "has" : "have") an "
                + "effect: the service has not handled them.\(gone)\(kept)"
        }
        guard offset < inEffect else {
            return "Nothing is left out and nothing is read again: this is where it is.\(kept)"
        }
        return
            "\(range(offset, inEffect)) \(inEffect - offset == 1 ? "is" : "are") read again. What is in effect is recognised and has no "
            + "second effect; receipts and notices may come again under the same ids.\(kept)"
    }

    private static func unknownLog(from offset: Int64, _ log: Range<Int64>) -> String {
        guard offset > log.lowerBound else {
            return
                "All of this log is read: \(counted(log.count, "message")). What the service has handled from another log "
                + "stays in effect, and is recognised if it comes again."
        }
        return
            "\(range(log.lowerBound, offset)) of this log \(offset - log.lowerBound == 1 ? "is" : "are") not read, and what "
            + "stands there has no effect, unless the service handled the same events from another log before: that stays."
    }

    private static func range(_ first: Int64, _ end: Int64) -> String {
        end - first == 1 ? "Message \(first)" : "Messages \(first) to \(end - 1)"
    }
}
