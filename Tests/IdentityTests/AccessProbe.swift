import Foundation
import KafkaClient
import TestSupport
import Testing

/// Tries out on a broker what agencies may do: every one of them, every topic, reading and writing.
struct AccessProbe {
    let broker: SecureBroker

    private func configuration(_ commonName: String) throws -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrapServers: broker.bootstrapServers, clientIdentifier: "test",
            security: try KafkaSecurity.read(environment: broker.environment(of: commonName)))
    }

    /// A client with a certificate.
    func admin(_ commonName: String) throws -> KafkaAdmin { try KafkaAdmin(try configuration(commonName)) }

    /// Puts a record into every topic, so that whoever may read finds something.
    func fill() async throws {
        let producer = KafkaProducer(try configuration("administrator"))
        let records = AccessTable.topics.map { KafkaRecord(topic: $0, partition: 0, key: [1], value: [1]) }
        for result in await producer.produce(records) { _ = try result.get() }
        await producer.close()
    }

    /// What these agencies can do with the topics. Whatever fails for another reason than a refusal is an error.
    func found(_ agencies: [String] = AccessTable.agencies) async throws -> Set<AccessTable.Access> {
        try await withThrowingTaskGroup(of: Set<AccessTable.Access>.self) { group in
            for agency in agencies {
                group.addTask { try await self.written(by: agency).union(self.read(by: agency)) }
            }
            return try await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    private func written(by agency: String) async throws -> Set<AccessTable.Access> {
        let producer = KafkaProducer(try configuration("agency-" + agency))
        let records = AccessTable.topics.map { KafkaRecord(topic: $0, partition: 0, key: [2], value: [2]) }
        let results = await producer.produce(records)
        await producer.close()
        var found: Set<AccessTable.Access> = []
        for (topic, result) in zip(AccessTable.topics, results) {
            let access = AccessTable.Access(agency: agency, direction: .writes, topic: topic)
            switch result {
            case .success: found.insert(access)
            case .failure(let error) where error.isAuthorizationFailure: break
            case .failure(let error): throw Missing("\(access): \(error)")
            }
        }
        return found
    }

    private func read(by agency: String) async throws -> Set<AccessTable.Access> {
        var found: Set<AccessTable.Access> = []
        for topic in AccessTable.topics {
            let access = AccessTable.Access(agency: agency, direction: .reads, topic: topic)
            if try await canRead(topic, "agency-" + agency) { found.insert(access) }
        }
        return found
    }

    /// Whether the first record of a topic can be had. Where the brokers do not even show the topic, that is a refusal; where
    /// they do, because it may be written, the read itself is tried.
    func canRead(_ topic: String, _ commonName: String) async throws -> Bool {
        do {
            let reader = try await KafkaReader(try configuration(commonName), topics: [topic], from: .earliest)
            let messages = try await reader.next(maximumMessages: 1, timeoutMilliseconds: 15_000)
            await reader.close()
            guard let message = messages.first else {
                throw Missing("\(commonName) neither reads \(topic) nor is refused")
            }
            return message.topic == topic
        } catch let error as KafkaError where error.isAuthorizationFailure {
            return false
        }
    }

    /// Whether somebody can be a member of a group: reads a topic that it may read in any case.
    func canJoin(_ group: String, reading topic: String, _ commonName: String) async throws -> Bool {
        let consumer = try KafkaConsumer(
            try configuration(commonName), KafkaConsumer.Options(group: group, topics: [topic]))
        do {
            let end = ContinuousClock.now.advanced(by: .seconds(15 * TestEnvironment.patience))
            while ContinuousClock.now < end {
                if case .assigned = try await consumer.next(maximumMessages: 1, timeoutMilliseconds: 1000) {
                    try await consumer.start([:])
                    await consumer.close(timeoutMilliseconds: 5000)
                    return true
                }
            }
            throw Missing("\(commonName) neither joins \(group) nor is refused")
        } catch let error as KafkaError where error.isAuthorizationFailure {
            await consumer.close(timeoutMilliseconds: 1000)
            return false
        }
    }
}
