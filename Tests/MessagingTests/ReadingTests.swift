import Contracts
import JSON
import KafkaClient
import Safeguarding
import ServiceRuntime
import Testing

@testable import Messaging

/// How the reading loop goes on, decided without a broker.
struct ReadingTests {
    private let partition = TopicPartition(topic: "t", partition: 0)

    @Test("trial A9: batches are so long that each is done in a fifth of a second")
    func pace() {
        var pace = BatchPace(most: 500)
        #expect(pace.limit == BatchPace.first)
        pace.note(messages: 100, took: .milliseconds(20))
        pace.note(messages: 200, took: .milliseconds(40))
        pace.note(messages: 400, took: .milliseconds(80))
        #expect(pace.limit == 500, "no longer than the settings say")
        pace.note(messages: 500, took: .seconds(2))
        #expect(pace.limit == 50)
        pace.note(messages: 20, took: .milliseconds(1))
        #expect(pace.limit == 50, "a batch that was not full says nothing about a fuller one")
        pace.note(messages: 50, took: .milliseconds(150))
        #expect(pace.limit == 66)
        pace.note(messages: 5, took: .seconds(10))
        #expect(pace.limit == BatchPace.least)
        pace.note(messages: 10, took: .seconds(10))
        #expect(pace.limit == BatchPace.least)
        #expect(BatchPace(most: 1).limit == 1)
    }

    @Test("trial A3: a batch that does not go on where the one before has ended is not taken")
    func jump() {
        var progress = ReadingProgress(mostMessages: 500)
        progress.begin([partition], at: [partition: 10], rows: [partition: 10])
        func reach(_ from: Int64, _ offset: Int64) -> [TopicPartition: KafkaBatch.Reach] {
            [partition: KafkaBatch.Reach(from: from, offset: offset, timestampMilliseconds: 0)]
        }
        #expect(progress.arrive(reach(10, 12)) == [])
        #expect(progress.arrive(reach(14, 15)) == [partition], "13 was read and has not arrived")
        #expect(progress.arrive(reach(13, 15)) == [])
        progress.skip(partition, to: 20)
        #expect(progress.arrive(reach(16, 20)) == [partition])
        #expect(progress.arrive(reach(20, 20)) == [])
    }

    @Test("trial A15: reading begins anew until the consumer has begun, and then no more; not for what was given up")
    func anew() {
        let lost = [LostPosition(partition: partition, had: 12, found: 10)]
        var progress = ReadingProgress(mostMessages: 500)
        progress.interrupted()
        #expect(!progress.mustBeginAnew, "nothing is read yet")
        progress.begin([partition], at: [partition: 12], rows: [partition: 12])
        #expect(progress.hasBegun() == [])
        progress.wentBack(lost)
        #expect(progress.mustBeginAnew)
        progress.begin([partition], at: [partition: 10], rows: [partition: 10])
        #expect(progress.mustBeginAnew, "the broker may refuse")
        #expect(progress.hasBegun() == lost)
        #expect(!progress.mustBeginAnew && progress.hasBegun() == [])
        progress.interrupted()
        #expect(progress.mustBeginAnew)
        progress.end()
        #expect(!progress.mustBeginAnew)
    }

    @Test("What nobody gets is in effect as soon as all before it is: Kafka hears of the end, the position stays")
    func ends() {
        let ends = KafkaConsumer.Ends(generation: 3, behind: [partition: 12..<15])
        var progress = ReadingProgress(mostMessages: 500)
        progress.begin([partition], at: [partition: 10], rows: [partition: 10])
        progress.reach(ends: ends)
        #expect(progress.next[partition] == 10, "10 and 11 are not in effect yet")
        progress.reach([partition: 12], generation: 3)
        progress.reach(ends: ends)
        #expect(progress.next[partition] == 15)
        #expect(progress.inEffect[partition] == 12)
        #expect(progress.hint.generation == 3)
        progress.reach([partition: 16], generation: 3)
        #expect(progress.next[partition] == 16)
    }

    @Test("trial A10: a dead letter says where it came from whatever headers its record has")
    func headers() throws {
        let noise = [UInt8](repeating: 1, count: 4096)
        var headers = (0..<100).map {
            KafkaHeader(name: "noise-\($0)" + String(repeating: "x", count: 300), value: noise)
        }
        headers.insert(KafkaHeader(name: "Keepsight-Topic", value: Array("elsewhere".utf8)), at: 0)
        headers.insert(KafkaHeader(name: "keepsight-invented", value: Array("x".utf8)), at: 0)
        headers.insert(KafkaHeader(name: "good", value: Array("Grün\u{0}\n".utf8) + [0xFF]), at: 0)
        let record = KafkaMessage(
            topic: "agency.csc.events", partition: 3, offset: 42, timestampMilliseconds: 0, key: nil, value: [1],
            headers: headers)
        let letter = DeadLetter(
            record: record, failure: MessageFailure(code: "unreadable", reason: "It is none."),
            at: Instant(microsecondsSinceEpoch: 0))
        let encoded = try #require(letter.outgoing(topic: "dead").headers)
        #expect(encoded.count < 64 * 1024)
        let read = try JSONDocument(parsing: encoded, limits: .event).root
        #expect(read["keepsight-topic"]?.string == "agency.csc.events")
        #expect(read["keepsight-offset"]?.string == "42")
        #expect(read["keepsight-code"]?.string == "unreadable")
        #expect(read["good"]?.string == "Grün??\u{FFFD}")
        #expect(read["keepsight-invented"] == nil)
        #expect(read["Keepsight-Topic"] == nil)
        #expect(read.count == 6 + RecordHeaders.maximumCount)
    }

    @Test(
        "trial A3: each record of what cannot be unpacked is refused by its own place, and its dead letter names all of it"
    )
    func unreadable() throws {
        let place = UnreadablePlace(partition: partition, offset: 7, error: "_BAD_COMPRESSION")
        let messages = UnreadableBatchOfRecords(place: place, last: 9).records.map { InboundMessage($0) }
        #expect(messages.map(\.record.offset) == [7, 8, 9])
        #expect(Set(messages.map(\.identity)).count == 3)
        #expect(messages.last?.position.nextOffset == 10)
        for message in messages {
            guard case .failure(let refusal) = message.reading else { throw EngineError.noClock }
            #expect(refusal.isUnreadable)
            #expect(refusal.reasons.all.first?.message.contains("Partition 0, offsets 7 to 9") == true)
            #expect(throws: MessageFailure.self) { try message.addressed() }
            let letter = DeadLetter(
                record: message.record, failure: MessageFailure(code: "unreadable", reason: ""),
                at: Instant(microsecondsSinceEpoch: 0))
            let headers = try JSONDocument(parsing: try #require(letter.outgoing(topic: "d").headers), limits: .event)
                .root
            #expect(headers["first-offset"]?.string == "7")
            #expect(headers["last-offset"]?.string == "9")
        }
    }

    @Test("trial A3: a thousand records of a batch are answered by themselves, and the last says which are not")
    func unreadableHundreds() throws {
        let place = UnreadablePlace(partition: partition, offset: 7, error: "_BAD_COMPRESSION")
        for (length, unanswered) in [(1, nil), (999, nil), (1000, nil), (1001, "1 more"), (500_000, "499000 more")] {
            let last = place.offset + Int64(length) - 1
            let records = UnreadableBatchOfRecords(place: place, last: last).records
            #expect(records.count == min(length, 1000))
            #expect(records.first?.offset == 7 && records.last?.offset == last)
            #expect(zip(records, records.dropFirst()).allSatisfy { $0.offset < $1.offset })
            #expect(records.dropLast().allSatisfy { $0.unanswered == nil })
            let message = records.last.map { EventRefusal($0).sentences } ?? ""
            #expect(unanswered.map { message.contains("\($0) of its records") } ?? !message.contains("more of its"))
            let left = records.last?.unanswered.map { Int($0.count) } ?? 0
            #expect(records.count + left == length)
        }
        #expect(UnreadableBatchOfRecords(place: place, last: 6).records.isEmpty)
    }

    @Test("E5: a record that is held in part only names its id and type where they can be read")
    func cutByHeaders() throws {
        let event = Counting.event(id: "a-1", data: "{}")
        let attributes = [("ce_specversion", "1.0"), ("ce_id", "a-1"), ("ce_type", "keepsight.test.made.v1")]
        for (value, headers) in [(event, []), (Array("{}".utf8), attributes)] {
            let record = KafkaMessage(
                topic: "t", partition: 0, offset: 1, timestampMilliseconds: 0, key: nil, value: value,
                headers: headers.map { KafkaHeader(name: $0.0, value: Array($0.1.utf8)) }, lacksHeaders: true)
            guard case .failure(let refusal) = InboundMessage(record).reading else { throw EngineError.noClock }
            #expect(refusal.reasons.all.map(\.code) == [.oversize])
            #expect(refusal.eventID == "a-1" && refusal.eventType == "keepsight.test.made.v1")
            #expect(!refusal.isUnreadable, "its sender can mend it")
        }
    }

    @Test("E4: no clock of a process is asked about an event's time")
    func clockless() throws {
        let event = String(decoding: Counting.event(id: "a", data: "{}"), as: UTF8.self)
            .replacing("2026-01-01T00:00:00Z", with: "2099-01-01T00:00:00Z")
            .replacing("/services/test", with: "/agencies/police")
        let record = KafkaMessage(
            topic: "t", partition: 0, offset: 1, timestampMilliseconds: 0, key: nil, value: Array(event.utf8),
            headers: [])
        #expect(throws: Never.self) { try InboundMessage(record).reading.get() }
    }

    @Test("trial A4: a record of which only the beginning is held is refused, and its dead letter says how long it was")
    func cut() throws {
        let record = KafkaMessage(
            topic: "t", partition: 0, offset: 1, timestampMilliseconds: 0, key: nil, value: [1, 2], headers: [],
            cutFromBytes: 5_000_000)
        let message = InboundMessage(record)
        guard case .failure(let refusal) = message.reading else { throw EngineError.noClock }
        #expect(refusal.reasons.all.map(\.code) == [.oversize])
        let letter = DeadLetter(
            record: record, failure: MessageFailure(code: "unreadable", reason: ""),
            at: Instant(microsecondsSinceEpoch: 0))
        let headers = try JSONDocument(parsing: try #require(letter.outgoing(topic: "d").headers), limits: .event).root
        #expect(headers["keepsight-cut-from"]?.string == "5000000")
    }

    @Test("trial A18: messages that retention removed are named for a day, once each")
    func expired() {
        let expired = ExpiredMessages()
        let start = ContinuousClock.now
        #expect(expired.note(partition, before: 10, messages: 4, now: start) == 4)
        #expect(expired.note(partition, before: 10, messages: 4, now: start) == 0, "looked at again")
        #expect(expired.note(partition, before: 30, messages: 1, now: start) == 1)
        let sentences = expired.sentences(now: start.advanced(by: .seconds(3600)))
        #expect(sentences.count == 1)
        #expect(sentences.first?.contains("5 messages of t partition 0 before offset 30") == true)
        #expect(expired.sentences(now: start.advanced(by: .seconds(86_401))) == [])
    }

    @Test("trial F1: no broker and no group are unready; a replica that has nothing to do is not")
    func health() {
        let start = ContinuousClock.now
        func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }
        func state(silent: Int? = nil, member: Int? = nil, partitions: Int = 0, problem: String? = nil) -> ReadingState
        {
            ReadingState(
                silentSince: silent.map(after), isMember: member != nil, memberSince: after(member ?? 0),
                partitions: partitions, problem: problem)
        }
        var health = ReadingHealth()
        #expect(health.news(state(), waiting: [], now: after(1)) == .starting)
        #expect(health.news(state(), waiting: [], now: after(2)) == nil, "no news")
        guard case .degraded = health.news(state(), waiting: [], now: after(30)) else {
            Issue.record("no assignment is unready")
            return
        }
        guard case .attention = health.news(state(member: 31), waiting: [], now: after(32)) else {
            Issue.record("a replica too many is ready, and says so")
            return
        }
        #expect(health.news(state(member: 40, partitions: 2), waiting: [], now: after(41)) == .ok)
        #expect(health.news(state(silent: 50, member: 40, partitions: 2), waiting: [], now: after(51)) != .ok)
        // Brokers that answer and do not let us in are not looked for elsewhere.
        for (problem, isAddress) in [
            ("SSL handshake failed: sslv3 alert certificate unknown", false), ("Connect failed: refused", true),
        ] {
            let status = health.news(
                state(silent: 50, member: 40, partitions: 2, problem: problem), waiting: [], now: after(51))
            #expect(status?.reason.contains("KAFKA_BOOTSTRAP_SERVERS") == isAddress, "\(String(describing: status))")
            #expect(status?.reason.contains("KAFKA_SSL_CERTIFICATE_LOCATION") == !isAddress)
        }
        #expect(health.news(state(member: 40, partitions: 2), waiting: [], now: after(52)) == .ok)
        health.failed("It cannot.", now: after(60))
        #expect(
            health.news(state(member: 40, partitions: 2), waiting: [], now: after(61)) == .degraded("It cannot."))
        #expect(health.news(state(member: 40, partitions: 2), waiting: [], now: after(75)) == .ok)
    }
}
