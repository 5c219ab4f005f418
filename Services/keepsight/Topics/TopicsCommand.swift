import CommandRuntime
import Contracts
import JSON
import KafkaClient
import Policy
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// `keepsight topics`: the topics and the access rules that policy asks for.
enum TopicsCommand {
    static let command = Command(
        "topics", "Topics and access rules: what policy asks for, and what the brokers have.",
        examples: [
            "keepsight topics apply --dry-run",
            ". .run/certificates/administrator.env && keepsight topics apply",
        ], subcommands: [applying, listing])

    private static let applying = Command(
        "apply", "Make the topics and the access rules that policy asks for; shows the difference first.",
        options: [
            Command.Option("dry-run", nil, "Only show what would be done."),
            Command.Option("replication", "N", "On how many brokers each partition stands (default: the broker's)."),
            Command.Option("json", nil, "Print JSON: a line with the difference, then one with what came of it."),
        ], examples: ["keepsight topics apply --dry-run"]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let agencies = try deployment.policy().agencies
        let rules = AccessPlan.rules(deployment.topics, agencies: agencies.codes, hub: agencies.hub)
        return try await apply(try wanted(deployment), rules, agencies.codes, deployment, invocation)
    }

    private static let listing = Command(
        "list", "Show the topics, who writes and reads each, and how long records stay.",
        options: [
            Command.Option("names", nil, "Print every topic's name, agency by agency, and nothing else."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        if invocation.has("names") {
            for topic in try wanted(deployment) { Output.line("\(topic.name)") }
            return .ok
        }
        let lines = TopicTable.lines(try topics(deployment))
        if invocation.has("json") {
            for line in lines { Output.json { line.write(to: &$0) } }
            return .ok
        }
        var table = Table(["topic", "written by", "read by", "partitions", "records"])
        for line in lines {
            table.add([
                line.topic, line.writers.joined(separator: ", "), line.readers.joined(separator: ", "),
                "\(line.partitions)", line.kept,
            ])
        }
        Output.line(table.text)
        return .ok
    }

    private static func topics(_ deployment: Deployment) throws -> Topics {
        Topics(
            prefix: deployment.topics.prefix,
            deadLetterDays: try deployment.policy().retention[.deadLetters].atLeastDays)
    }

    private static func wanted(_ deployment: Deployment) throws -> [Topics.Topic] {
        let agencies = try deployment.policy().agencies
        return try topics(deployment).all(
            agencies: agencies.codes, hub: agencies.hub, services: ServiceRegistry.names)
    }

    private static func apply(
        _ wanted: [Topics.Topic], _ rules: Set<KafkaAccessRule>, _ agencies: [AgencyCode], _ deployment: Deployment,
        _ invocation: Invocation
    ) async throws -> ExitStatus {
        let replication = try invocation.number("replication", default: -1, in: -1...10)
        let kafka = try deployment.kafka()
        let admin = try KafkaAdmin(kafka)
        // In this order, so that a broker that is not there is told as that.
        let presentTopics = try await admin.topics()
        let presentRules = try await presentRules(admin, kafka)
        let settings = try await presentSettings(wanted.filter { presentTopics[$0.name] != nil }, admin)
        let replicas = try await admin.replicas()
        let difference = TopicDifference(
            topics: wanted, rules: rules, prefix: deployment.topics.prefix, presentTopics: presentTopics,
            presentSettings: settings, replicas: replicas, presentRules: presentRules)
        let json = invocation.has("json")
        if json {
            Output.json { difference.write(to: &$0) }
        } else {
            for line in difference.lines { Output.line("\(line)") }
        }
        note(difference, hasAuthorizer: presentRules != nil)
        let quotas = { (isDryRun: Bool) throws -> Int in
            // Where brokers know nobody by name there is nobody to hold to a quota.
            guard presentRules != nil, kafka.security.isEncrypted else { return 0 }
            return try applyQuotas(agencies, deployment.environment, isDryRun: isDryRun, asJSON: json)
        }
        guard !invocation.has("dry-run") else {
            _ = try quotas(true)
            if json { writeResult(applied: false) } else { Output.line("Nothing was changed: this is a dry run.") }
            return .ok
        }
        try await carryOut(difference, wanted, on: admin, replication: Int32(replication))
        if json {
            writeResult(applied: true)
        } else {
            Output.line("\(summary(difference, wanted, rules, presentRules))")
        }
        let set = try quotas(false)
        if set > 0, !json { Output.line("Set the quotas of \(set) of \(agencies.count) agencies.") }
        return .ok
    }

    /// The rules that are there; `nil` where nobody looks at rules, which is for one machine only.
    private static func presentRules(_ admin: KafkaAdmin, _ kafka: KafkaConfiguration) async throws
        -> [KafkaAccessRule]?
    {
        do {
            return try await admin.accessRules()
        } catch  where error.isWithoutAuthorizer {
            guard !kafka.security.isEncrypted else {
                throw CommandFailure(
                    .failed,
                    "The brokers speak TLS and have no authorizer, so every certificate may read and write everything. Set "
                        + "authorizer.class.name, as 'keepsight certificates' writes it to broker.properties. Nothing was "
                        + "changed.")
            }
            return nil
        } catch  where error.isNotSupported {
            return nil
        }
    }

    /// What topics are set to. Nothing where brokers do not say: the in-memory one.
    private static func presentSettings(_ topics: [Topics.Topic], _ admin: KafkaAdmin) async throws
        -> [String: [String: String]]
    {
        let end = ContinuousClock.now.advanced(by: .seconds(30))
        while true {
            do throws(KafkaError) {
                return try await admin.settings(of: topics.map(\.name)).mapValues(\.values)
            } catch {
                if error.isNotSupported { return [:] }
                // The broker that answers may not have heard yet of a topic that another one has just made.
                guard error.isUnknownTopic, ContinuousClock.now < end else { throw error }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func carryOut(
        _ difference: TopicDifference, _ wanted: [Topics.Topic], on admin: KafkaAdmin, replication: Int32
    ) async throws {
        _ = try await admin.create(
            difference.missingTopics.map { topic in
                TopicSpecification(
                    name: topic.name, partitions: Int32(topic.partitions), replicationFactor: replication,
                    configuration: topic.settings(replicas: Int(replication)))
            })
        // On how many brokers new topics stand is often for the brokers to say, so it is known only now.
        let settings = try await presentSettings(wanted, admin)
        let replicas = try await admin.replicas()
        var changes: [String: [String: String]] = [:]
        for other in TopicDifference.otherSettings(wanted, settings, replicas) {
            changes[other.topic, default: [:]][other.name] = other.wanted
        }
        try await admin.set(changes)
        // What must not be goes first.
        try await admin.delete(difference.surplusRules)
        try await admin.create(difference.missingRules)
        guard !difference.surplusRules.isEmpty || !difference.missingRules.isEmpty else { return }
        try await awaitRules(difference, admin)
    }

    /// The brokers take rules up a moment after they were accepted. What this command has made is in force when it ends.
    private static func awaitRules(_ difference: TopicDifference, _ admin: KafkaAdmin) async throws {
        let accepted = ContinuousClock.now
        var wait = RulesWait(difference)
        while true {
            switch wait.next(Set(try await admin.accessRules()), after: ContinuousClock.now - accepted) {
            case .done: return
            case .again: break
            case .note:
                Output.note(
                    "The brokers have accepted the rules; waiting up to \(RulesWait.longest.components.seconds) s until "
                        + "all of them show them.")
            case .giveUp:
                throw CommandFailure(
                    .failed,
                    "The brokers accepted the rules and do not show them after \(RulesWait.longest.components.seconds) s. "
                        + "Run it again.")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func note(_ difference: TopicDifference, hasAuthorizer: Bool) {
        if !hasAuthorizer {
            Output.note(
                "The brokers have no authorizer: everybody may read and write everything. That is for one machine only; "
                    + "'keepsight certificates --help' is the beginning of something safer.")
        }
        for topic in difference.otherPartitions {
            Output.note(
                "\(topic.topic) has \(topic.there) partitions, and \(topic.wanted) are wanted. It stays, since its keys "
                    + "would move; make it anew when it is empty.")
        }
        for rule in difference.foreignRules {
            Output.note("Not ours, left alone, and it reaches what is ours: \(rule).")
        }
    }

    private static func summary(
        _ difference: TopicDifference, _ wanted: [Topics.Topic], _ rules: Set<KafkaAccessRule>,
        _ presentRules: [KafkaAccessRule]?
    ) -> String {
        let topics =
            difference.missingTopics.isEmpty
            ? "All \(wanted.count) topics are there."
            : "Made \(difference.missingTopics.count) of \(wanted.count) topics."
        let settings =
            difference.otherSettings.isEmpty
            ? ""
            : " Set \(difference.otherSettings.count) settings of \(Set(difference.otherSettings.map(\.topic)).count)."
        guard presentRules != nil else { return topics + settings }
        guard !difference.missingRules.isEmpty || !difference.surplusRules.isEmpty else {
            return topics + settings + " All \(rules.count) access rules are there, and no other of ours."
        }
        return topics + settings
            + " Made \(difference.missingRules.count) of \(rules.count) access rules, removed "
            + "\(difference.surplusRules.count) of ours that policy does not ask for."
    }

    private static func writeResult(applied: Bool) {
        Output.json { writer in
            writer.beginObject()
            writer.field("applied", applied)
            writer.endObject()
        }
    }
}

extension TopicDifference {
    /// A line for each thing to be done.
    fileprivate var lines: [String] {
        missingTopics.map { "+ topic \($0.name): \($0.partitions) partitions, \($0.retention.words)" }
            + otherSettings.map { "~ topic \($0.topic): \($0.name) \($0.there ?? "not set") -> \($0.wanted)" }
            + surplusRules.map { "- rule  \($0)" } + missingRules.map { "+ rule  \($0)" }
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.array("topicsToMake", missingTopics) { writer, topic in
            writer.beginObject()
            writer.field("name", topic.name)
            writer.field("partitions", topic.partitions)
            writer.endObject()
        }
        writer.array("settingsToChange", otherSettings) { writer, other in
            writer.beginObject()
            writer.field("topic", other.topic)
            writer.field("name", other.name)
            writer.field("there", other.there)
            writer.field("wanted", other.wanted)
            writer.endObject()
        }
        writer.array("rulesToMake", missingRules) { $1.write(to: &$0) }
        writer.array("rulesToRemove", surplusRules) { $1.write(to: &$0) }
        writer.array("rulesLeftAlone", foreignRules) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension KafkaAccessRule {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("principal", principal)
        writer.field("operation", operation.rawValue)
        writer.field("resource", resource.rawValue)
        writer.field("name", name)
        writer.field("pattern", pattern.rawValue)
        writer.field("host", host)
        writer.field("denial", isDenial)
        writer.endObject()
    }
}

extension TopicTable.Line {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("topic", topic)
        writer.array("writtenBy", writers) { $0.string($1) }
        writer.array("readBy", readers) { $0.string($1) }
        writer.field("partitions", partitions)
        writer.field("records", kept)
        writer.endObject()
    }
}
