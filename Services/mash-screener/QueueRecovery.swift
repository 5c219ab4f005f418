import Contracts
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Puts every open item on the screening queue again when the topic was made anew: whoever reads the queue knows what is open by
/// what stands there, and each item would come back with its next change only. The latest of each key counts, so nobody has to be
/// asked; it is on record as any other topic that has lost something.
struct QueueRecovery: Sendable {
    /// Between two looks.
    private static let pause = Duration.seconds(2)

    let screener: MashScreener
    let context: ServiceProcess<HouseholdBatch<MashScreener>>.Context

    /// Runs until the task is cancelled. Outages are said by others; this begins again.
    func run() async {
        while !Task.isCancelled {
            if let connection = try? await PostgresConnection.connect(context.postgres) {
                do { try await lead(on: connection) } catch {
                    context.log.warning(
                        "queue-recovery-waits", "Looking after the queue is tried again.", .error(error))
                }
                await connection.close()
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func lead(on connection: PostgresConnection) async throws {
        var taken: Lease?
        while !Task.isCancelled {
            if taken == nil { taken = try await Lease.take("redelivery", on: connection) }
            if let lease = taken {
                try await lease.renewIfDue(on: connection)
                for lost in try await LostLog.open(on: connection)
                where lost.topic == screener.topics.screeningQueue.name {
                    let count = try await LostLog.sayStates(on: connection, renewing: lease) {
                        screener.items(of: $0, $1, again: lost)
                    }
                    try await lost.settle(saidAgain: count, missing: 0, on: connection)
                    context.log.info(
                        "queue-said-again", "Every open item is on its way to the queue again.", .count("items", count))
                }
            }
            try await Task.sleep(for: Self.pause)
        }
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
