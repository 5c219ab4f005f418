import KafkaClient
import ServiceRuntime

/// What the log says of brokers that nobody answers for: once when all of them are gone, once when one is back. Pure.
///
/// Health shows it while it lasts; a log that says nothing makes the night of an outage look like any other.
struct BrokerSilence {
    /// So long nothing is said again after a line that they are gone: brokers that come and go do not fill the log.
    static let shortest = Duration.seconds(60)

    /// What is news.
    enum News: Equatable {
        /// No broker can be reached.
        case lost
        /// One answers, after so many seconds.
        case back(seconds: Int)
    }

    private var since: ContinuousClock.Instant?
    private var isSaid = false
    private var lastSaid: ContinuousClock.Instant?

    /// What is to be said, if anything, of what the consumer knows.
    mutating func look(_ state: ReadingState, now: ContinuousClock.Instant = .now) -> News? {
        guard let silent = state.silentSince else {
            defer { (since, isSaid) = (nil, false) }
            guard isSaid, let since else { return nil }
            return .back(seconds: Int(since.duration(to: now) / .seconds(1)))
        }
        since = since ?? silent
        guard !isSaid, lastSaid.map({ $0.duration(to: now) >= BrokerSilence.shortest }) ?? true else { return nil }
        (isSaid, lastSaid) = (true, now)
        return .lost
    }
}

extension Log {
    func note(_ news: BrokerSilence.News?) {
        switch news {
        case nil: break
        case .lost:
            warning(
                "brokers-lost",
                "No broker can be reached; it is tried again until one can. KAFKA_BOOTSTRAP_SERVERS says where they are; where "
                    + "a certificate is the reason, 'kafka' on the health page says so."
            )
        case .back(let seconds): info("brokers-back", "A broker answers again.", .count("seconds", seconds))
        }
    }
}
