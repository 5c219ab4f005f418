/// Tells when records were made, by one client however often it is asked: connecting costs more than the question.
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
        let times = await asked.timestamps(timeoutMilliseconds: timeoutMilliseconds)
        await asked.close()
        reader = asked
        return times
    }
}
