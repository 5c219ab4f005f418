import KafkaClient
import Synchronization

/// What retention has removed before it was read: kept in mind for a day, since somebody has to ask for it again. A restart
/// takes it as read.
final class ExpiredMessages: Sendable {
    private struct Loss {
        let messages: Int64
        let noticed: ContinuousClock.Instant
    }

    private static let longest = Duration.seconds(86_400)

    private let losses = Mutex<[TopicPartition: [Int64: Loss]]>([:])

    /// So many were lost before that offset. Returns how many of them are news.
    func note(_ partition: TopicPartition, before offset: Int64, messages: Int64, now: ContinuousClock.Instant = .now)
        -> Int64
    {
        losses.withLock { losses in
            let known = losses[partition]?[offset]
            losses[partition, default: [:]][offset] = known ?? Loss(messages: messages, noticed: now)
            return known == nil ? messages : 0
        }
    }

    /// A sentence for each partition that has lost some.
    func sentences(now: ContinuousClock.Instant = .now) -> [String] {
        losses.withLock { losses in
            for (partition, known) in losses {
                losses[partition] = known.filter { $0.value.noticed.duration(to: now) < ExpiredMessages.longest }
            }
            return losses.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { partition, known in
                let last = known.keys.max() ?? 0
                return
                    "Retention removed \(known.values.reduce(0) { $0 + $1.messages }) messages of \(partition.topic) "
                    + "partition \(partition.partition) before offset \(last), before this service had read them. Ask whoever "
                    + "publishes there to send them again; a restart, or a day, takes this notice away."
            }
        }
    }
}
