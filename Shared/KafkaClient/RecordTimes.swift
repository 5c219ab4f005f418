/// Tells when records were made, and where the next one stands, by one client however often it is asked: connecting costs more than the question.
public actor RecordTimes {
    private let configuration: KafkaConfiguration
    private var reader: KafkaReader?

    /// Connects when it is first asked something.
    public init(_ configuration: KafkaConfiguration) { self.configuration = configuration }

    /// When the records at these offsets were made, in Unix milliseconds. Offsets at which no record stands (any more), or
    /// that the broker has not shown in time, are left out.
    public func times(at offsets: [TopicPartition: Int64], timeoutMilliseconds: Int) async throws(KafkaError)
        -> [TopicPartition: Int64]
    {
        try await withReader(at: offsets) { reader in
            await reader.timestamps(timeoutMilliseconds: timeoutMilliseconds)
        }
    }

    /// What of a range of offsets nobody has read.
    public struct Unread: Sendable, Equatable {
        /// How many offsets there are from the first at which a record stands that a reader gets: none where only markers of
        /// transactions and what was aborted stand there. All of them where the broker has shown nothing in time.
        public let offsets: Int64
        /// Whether it has shown something: a record, or the end. Not where a transaction is open, or what stands there cannot be read.
        public let isShown: Bool
    }

    /// What of each range nobody has read.
    public func unread(in ranges: [TopicPartition: Range<Int64>], timeoutMilliseconds: Int)
        async throws(KafkaError) -> [TopicPartition: Unread]
    {
        let first = try await withReader(at: ranges.mapValues(\.lowerBound)) { reader in
            await reader.firstRecords(
                before: ranges.mapValues(\.upperBound), timeoutMilliseconds: timeoutMilliseconds)
        }
        return Dictionary(
            uniqueKeysWithValues: ranges.map { partition, range in
                let shown = first[partition]
                return (
                    partition,
                    Unread(offsets: range.upperBound - (shown ?? range.lowerBound), isShown: shown != nil)
                )
            })
    }

    private func withReader(
        at offsets: [TopicPartition: Int64], _ body: (KafkaReader) async -> [TopicPartition: Int64]
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        guard !offsets.isEmpty else { return [:] }
        let kept = reader
        // Whoever asks meanwhile gets a client of its own.
        reader = nil
        let asked: KafkaReader
        if let kept {
            asked = kept
            try await asked.begin(at: offsets)
        } else {
            asked = try await KafkaReader(configuration, topics: [], from: .offsets(offsets))
        }
        let found = await body(asked)
        await asked.close()
        reader = asked
        return found
    }
}
