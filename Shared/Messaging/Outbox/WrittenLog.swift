import KafkaClient

/// How far a topic had been written when somebody last looked, by which its log is known again: pure.
struct WrittenLog: Sendable, Equatable {
    /// The offset after the last record then, and that record.
    let position: Position
    /// The cluster whose log it is.
    let cluster: String

    /// What is wrong with a log as it stands now: `nil` if it may be the one that was written.
    ///
    /// - Parameter log: with the record before that position, where it is still there.
    func loss(_ log: LogState) -> String? {
        // Of what had nothing nothing is gone.
        guard position.nextOffset > 0 else { return nil }
        guard case .foreign = StartingPoint((position, cluster), log) else { return nil }
        let written = "it had been written up to offset \(position.nextOffset)"
        guard cluster == log.cluster else {
            return "\(written) on cluster \(cluster), and this is cluster \(log.cluster)."
        }
        guard position.nextOffset <= log.high else { return "\(written), and its log ended at \(log.high)." }
        return
            "\(written), and at offset \(position.nextOffset - 1) stood another record than the one that was written."
    }
}

/// A topic whose log is another one than the one that was written, until somebody has dealt with it. What stood there and was not read
/// is gone.
public struct LostLog: Sendable, Equatable {
    /// By which the table knows it.
    public let id: Int64
    /// The topic.
    public let topic: String
    /// What was found, as a sentence.
    public let reason: String
    /// When, in microseconds of Unix time by the clock of the rules.
    public let noticedAtMicroseconds: Int64
    /// The operator's request that says what is to become of it.
    public let request: Int64?
}

extension LostLog {
    /// What is the matter, and what to do: `advice` until somebody has decided.
    func sentence(_ advice: String) -> String {
        let todo = request.map { "It is being delivered again, as request \($0) asks." } ?? advice
        return
            "Topic \(topic) was made anew, or has lost its end: \(reason) What stood there and was not read is gone. \(todo)"
    }
}
