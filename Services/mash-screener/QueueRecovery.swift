import Contracts
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Puts every open item on the screening queue again when the topic was made anew: whoever reads the queue knows what is open by
/// what stands there, and each item would come back with its next change only. The latest of each key counts, so nobody has to be
/// asked; it is on record as any other topic that has lost something.
struct QueueRecovery: Sendable {
    let screener: MashScreener
    let context: ServiceProcess<HouseholdBatch<MashScreener>>.Context

    /// Runs until the task is cancelled.
    func run() async {
        let waiting: (StaticString, String) = ("queue-recovery-waits", "Looking after the queue is tried again.")
        await LostLogRecovery(context.postgres, context.log, waiting: waiting) { lost, lease, connection in
            guard lost.topic == screener.topics.screeningQueue.name else { return }
            let count = try await LostLog.sayStates(on: connection, renewing: lease) {
                screener.items(of: $0, $1, again: lost)
            }
            try await lost.settle(saidAgain: count, missing: 0, on: connection)
            context.log.info(
                "queue-said-again", "Every open item is on its way to the queue again.", .count("items", count))
        }.run()
    }
}

extension MashScreener {
    /// The records of a household's open items, for a queue that has lost them.
    func items(of household: HouseholdID, _ desk: OpenItems, again lost: LostLog) -> [OutgoingRecord] {
        let now = Instant(microsecondsSinceEpoch: lost.noticedAtMicroseconds)
        return desk.items.map { item in
            let id = item.shown.itemID.text
            return record(of: item.shown, Context(household: household, origin: Origin(again: id, on: lost), now: now))
        }
    }
}
