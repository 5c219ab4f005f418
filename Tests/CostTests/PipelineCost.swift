import Contracts
import EscalationTracker
import KafkaClient
import Messaging
import Notifier
import Policy
import ReferralIntake
import Safeguarding
import ServiceRegistry
import TestSupport

/// The way of a decision from its agency to the notices, in this process: intake, the tracker, the notifier, and intake
/// again with the ruling.
struct PipelineCost {
    /// As many as a batch has messages: each decision of a batch is about another household, the dearest case there is.
    private static let households = HopCost.batch

    private let partnership: Partnership
    private var topics: InProcessTopics
    private var load = DecisionLoad(households: PipelineCost.households)
    private var intake: ServiceHop<ReferralIntake>
    private var tracker: ServiceHop<HouseholdBatch<EscalationTracker>>
    private var notifier: ServiceHop<Notifier>

    init(_ partnership: Partnership) async throws {
        let (names, policy, database) = (partnership.topics, partnership.policy, partnership.database)
        let topics = InProcessTopics(names.all(agencies: partnership.agencies, services: ServiceRegistry.names))
        self.partnership = partnership
        self.topics = topics
        let procedure = ReferralIntake(policy: policy, topics: names)
        intake = try await ServiceHop(
            "referral-intake", procedure, reading: procedure.inputs.flatMap { topics.partitions(of: $0) }, database)
        tracker = try await ServiceHop(
            "escalation-tracker", HouseholdBatch(EscalationTracker(policy: policy, topics: names)),
            reading: topics.partitions(of: names.facts.name), database)
        notifier = try await ServiceHop(
            "notifier", Notifier(policy: policy, topics: names),
            reading: topics.partitions(of: names.facts.name) + topics.partitions(of: names.decisionsChanged.name),
            database)
        try await database.run("CREATE EXTENSION pg_stat_statements SCHEMA app")
    }

    /// Introduces the children, and decides until each household's document is as full as it becomes: it keeps twenty settled
    /// decisions of two versions each. What the notifier does depends on no history, so it hears of the last only.
    mutating func begin() async throws {
        for agency in DecisionLoad.agencies { _ = try await goToTracker(load.involvements(of: agency)) }
        for _ in 0..<43 { _ = try await goToTracker(load.decisions(PipelineCost.households)) }
        _ = try await go(load.decisions(PipelineCost.households))
        for service in services {
            try await partnership.database.run("TRUNCATE \(Migrator.schema(of: service)).outbox")
        }
    }

    /// Some full batches, carried from hop to hop in process, and then what the relays do with them.
    mutating func measure() async throws -> [(service: String, cost: HopCost)] {
        var sum = [HopCost(), HopCost(), HopCost(), HopCost()]
        // A relay carries a thousand records at a time, and its first time is dearer: it connects.
        for _ in 0..<6 {
            for (hop, cost) in try await go(load.decisions(PipelineCost.households)).enumerated() { sum[hop] += cost }
        }
        var costs: [(service: String, cost: HopCost)] = []
        let notes: [Relay.DeliveryRecord] = [{ _ in [] }, { _ in [] }, Notifier.deliveries]
        for (hop, service) in services.enumerated() {
            let relay = try await RelayCost.carrying(
                service, partnership.database, partnership.kafka, onDelivery: notes[hop])
            costs.append((service, sum[hop].with(relay)))
        }
        // What intake says to rulings its relay has carried with the rest.
        costs.append(("rulings", sum[services.count]))
        return costs
    }

    private var services: [String] { [intake.service, tracker.service, notifier.service] }

    /// Events of agencies all the way: what each hop did for them.
    private mutating func go(_ sayings: [PublishedEvent]) async throws -> [HopCost] {
        let pipeline = try await goToTracker(sayings)
        let atNotifier = try await notifier.take(pipeline.facts + pipeline.changes)
        return [pipeline.intake, pipeline.tracker, atNotifier.cost, pipeline.rulings]
    }

    private mutating func goToTracker(_ sayings: [PublishedEvent]) async throws
        -> (intake: HopCost, tracker: HopCost, rulings: HopCost, facts: [KafkaMessage], changes: [KafkaMessage])
    {
        let published = try sayings.map { saying in
            guard let agency = AgencyCode(saying.agency) else { throw Missing("no agency \(saying.agency)") }
            return topics.append(
                OutgoingRecord(
                    topic: partnership.topics.events(of: agency).name, key: nil,
                    value: saying.event))
        }
        let atIntake = try await intake.take(published)
        let facts = read(atIntake.said, from: partnership.topics.facts)
        let atTracker = try await tracker.take(facts)
        let changes = read(atTracker.said, from: partnership.topics.decisionsChanged)
        let rulings = try await intake.take(read(atTracker.said, from: partnership.topics.rulings))
        return (atIntake.cost, atTracker.cost, rulings.cost, facts, changes)
    }

    private mutating func read(_ said: [OutgoingRecord], from topic: Topics.Topic) -> [KafkaMessage] {
        said.filter { $0.topic == topic.name }.map { topics.append($0) }
    }
}
