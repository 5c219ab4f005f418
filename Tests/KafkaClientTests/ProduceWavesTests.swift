import Testing

@testable import KafkaClient

/// Which records of a call leave together.
struct ProduceWavesTests {
    private func record(_ topic: String, _ key: String?) -> KafkaRecord {
        KafkaRecord(topic: topic, key: key.map { Array($0.utf8) }, value: [1])
    }

    @Test("The second of a key waits for the first; other keys, other topics and records without a key do not")
    func split() {
        var waves = ProduceWaves()
        let records = [
            record("t", "a"), record("t", "b"), record("t", "a"), record("u", "a"), record("t", nil), record("t", nil),
            record("t", "a"),
        ]
        let (first, second) = waves.split(records)
        #expect(first == [0, 1, 3, 4, 5])
        #expect(second == [2, 6])
    }

    @Test("A key that the broker knows the producer by waits no more")
    func known() {
        var waves = ProduceWaves()
        let records = [record("t", "a"), record("t", "a"), record("t", "b"), record("t", "b")]
        waves.knows([records[1]])
        let (first, second) = waves.split(records)
        #expect(first == [0, 1, 2])
        #expect(second == [3])
    }

    @Test("Too many known keys are forgotten")
    func bounded() {
        var waves = ProduceWaves()
        waves.knows((0...10_001).map { record("t", "\($0)") })
        #expect(waves.split([record("t", "1"), record("t", "1")]).second == [1])
    }
}
