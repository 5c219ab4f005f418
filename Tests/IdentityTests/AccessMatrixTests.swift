import Foundation
import Glibc
import KafkaClient
import ServiceRuntime
import TestSupport
import Testing

@testable import KeepsightCommand

/// Certificates, topics and access rules by the command line, on a real Kafka; then everybody tries everything.
@Suite(
    .enabled(if: TestEnvironment.hasKafkaHome, Comment(rawValue: TestEnvironment.kafkaHomeAdvice)), .secureBroker,
    .serialized)
struct AccessMatrixTests {
    @Test("Every agency against every topic, reading and writing: exactly what the contract says")
    func matrix() async throws {
        let probe = AccessProbe(broker: try SecureBroker.ofSuite())
        try await probe.fill()
        let found = try await probe.found()
        #expect(found.subtracting(AccessTable.allowed).sorted() == [], "allowed, and should not be")
        #expect(AccessTable.allowed.subtracting(found).sorted() == [], "refused, and should not be")
        let cells = AccessTable.agencies.count * AccessTable.topics.count * 2
        print("access matrix: \(cells) tries, \(found.count) allowed, \(cells - found.count) refused")
    }

    @Test("Guard off: a rule too many is found by the matrix, shown by 'topics apply' first, and removed")
    func widened() async throws {
        let broker = try SecureBroker.ofSuite()
        let probe = AccessProbe(broker: broker)
        let admin = try probe.admin("administrator")
        try await probe.fill()
        let police = "User:CN=agency-police"
        let widened = KafkaAccessRule(police, may: .read, .topic, "agency.school", pattern: .prefixed)
        try await admin.create([widened])
        try await probe.until { try await admin.accessRules().contains(widened) }
        let surplus = try await probe.found(["police"]).subtracting(AccessTable.allowed)
        #expect(
            surplus.map(\.description).sorted() == [
                "police reads agency.school-hill.events", "police reads agency.school-hill.notices",
            ])

        let dry = try await Keepsight.run(["topics", "apply", "--dry-run"], as: "administrator", on: broker)
        #expect(dry.said.contains("- rule  \(police) may read topic agency.school…\n"), "\(dry.said)")
        #expect(try await admin.accessRules().contains(widened), "a dry run changes nothing")
        let applied = try await Keepsight.run(["topics", "apply"], as: "administrator", on: broker)
        #expect(applied.status == 0 && applied.said.contains("removed 1 of ours"), "\(applied.said)")
        try await probe.until { try await !admin.accessRules().contains(widened) }
        #expect(try await probe.found(["police"]) == AccessTable.allowed.filter { $0.agency == "police" })
    }

    @Test("Rules of others stay, and are told where they reach ours; a second 'topics apply' has nothing to do")
    func foreign() async throws {
        let broker = try SecureBroker.ofSuite()
        let probe = AccessProbe(broker: broker)
        let admin = try probe.admin("administrator")
        let everybody = KafkaAccessRule("User:*", may: .read, .topic, "agency.csc.notices")
        try await admin.create([everybody])
        try await probe.until { try await admin.accessRules().contains(everybody) }
        let applied = try await Keepsight.run(["topics", "apply"], as: "administrator", on: broker)
        #expect(applied.status == 0)
        #expect(applied.said.contains("Not ours, left alone, and it reaches what is ours: \(everybody)."))
        #expect(applied.said.contains("are there, and no other of ours."), "\(applied.said)")
        #expect(try await probe.canRead("agency.csc.notices", "agency-police"), "it does reach ours")
        try await admin.delete([everybody])
        try await probe.until { try await !admin.accessRules().contains(everybody) }
        #expect(try await !probe.canRead("agency.csc.notices", "agency-police"))
    }

    @Test(
        "trial A9, A18: 'topics apply' sets what a topic should be set to and leaves the rest; each agency has its quota then",
        .timeLimit(TestEnvironment.minutes(10)))
    func settingsAndQuotas() async throws {
        let broker = try SecureBroker.ofSuite()
        let admin = try AccessProbe(broker: broker).admin("administrator")
        let (events, notices) = ("agency.csc.events", "agency.csc.notices")
        try await admin.set([
            events: ["message.timestamp.type": "CreateTime", "delete.retention.ms": "1234567"],
            notices: ["compression.type": "gzip"],
        ])
        // Kafka's own program takes seconds for each agency, and is found by this.
        let environment = ["KAFKA_HOME": TestEnvironment.kafkaHome ?? "", "KEEPSIGHT_AGENCY_REQUEST_PERCENT": "75"]
        func apply(_ words: String...) async throws -> String {
            let result = try await Keepsight.run(
                ["topics", "apply"] + words, as: "administrator", on: broker, environment, seconds: 240)
            #expect(result.status == 0, "\(result.said)")
            return result.said
        }
        let dry = try await apply("--dry-run")
        for line in [
            "~ topic \(events): message.timestamp.type CreateTime -> LogAppendTime",
            "~ topic \(notices): compression.type gzip -> uncompressed",
            "~ quota CN=agency-police: producer_byte_rate 1048576, request_percentage 75",
        ] {
            #expect(dry.contains(line + "\n"), "\(dry)")
        }
        #expect(try await admin.settings(of: [notices])[notices]?.own["compression.type"] == "gzip", "a dry run")
        let applied = try await apply()
        #expect(applied.contains("Set 2 settings of 2."), "\(applied)")
        #expect(applied.contains("Set the quotas of 9 of 9 agencies."), "\(applied)")
        let own = try await admin.settings(of: [events, notices]).mapValues(\.own)
        #expect(own[events]?["message.timestamp.type"] == "LogAppendTime")
        #expect(own[events]?["delete.retention.ms"] == "1234567", "policy has no opinion of it")
        #expect(own[events]?["retention.ms"] == "604800000", "what was right has stayed")
        #expect(own[notices]?["compression.type"] == "uncompressed")
        let administrator = broker.environment(of: "administrator").merging(environment) { $1 }
        let program = try #require(KafkaConfigsProgram(environment: administrator))
        let quotas = QuotaPlan.read(try program.run(["--describe", "--entity-type", "users"]))
        #expect(quotas.count == 9)
        #expect(quotas["CN=agency-police"] == ["producer_byte_rate": 1_048_576, "request_percentage": 75])
        let again = try await apply()
        #expect(!again.contains("~ ") && !again.contains("Set "), "\(again)")
    }

    @Test("An agency joins its own groups and nobody else's, not even where one code begins like another")
    func groups() async throws {
        let probe = AccessProbe(broker: try SecureBroker.ofSuite())
        let topic = "agency.housing.notices"
        for (group, isAllowed) in [
            ("agency.housing", true), ("agency.housing.night-desk", true), ("agency.housing-north", false),
            ("agency.police", false), ("notifier", false),
        ] {
            #expect(try await probe.canJoin(group, reading: topic, "agency-housing") == isAllowed, "\(group)")
        }
    }

    @Test("The operator reads what lies behind intake, and nothing of the agencies'")
    func operatorReads() async throws {
        let probe = AccessProbe(broker: try SecureBroker.ofSuite())
        try await probe.fill()
        for topic in AccessTable.topics {
            let isOpen = !topic.hasPrefix("agency.") && topic != "screening.queue"
            #expect(try await probe.canRead(topic, "operator") == isOpen, "\(topic)")
        }
    }

    @Test("Whoever comes with the wrong certificate, or none, hears in one sentence what to do, and ends with 69 or 78")
    func strangers() async throws {
        let broker = try SecureBroker.ofSuite()
        let other = NSTemporaryDirectory() + "keepsight-other-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: other) }
        try await Keepsight.mustRun(["certificates", "--to", other, "--agency", "police"])
        let stranger = [
            "KAFKA_SSL_CERTIFICATE_LOCATION": other + "/agency-police.pem",
            "KAFKA_SSL_KEY_LOCATION": other + "/agency-police.key",
        ]
        try await expectProblem(of: broker.environment(of: "agency-police").merging(stranger) { $1 })
        let plain = ["KAFKA_BOOTSTRAP_SERVERS": broker.bootstrapServers]
        let (unavailable, wrong) = (ExitStatus.unavailable.rawValue, ExitStatus.configuration.rawValue)
        async let unknown = Keepsight.run(["listen", "police"], as: "agency-police", on: broker, stranger)
        async let deceived = Keepsight.run(
            ["listen", "police"], as: "agency-police", on: broker, ["KAFKA_SSL_CA_LOCATION": other + "/authority.pem"])
        async let unencrypted = Keepsight.run(["listen", "police"], plain)
        async let mixed = Keepsight.run(
            ["listen", "police"], as: "agency-police", on: broker,
            ["KAFKA_SSL_KEY_LOCATION": broker.certificates + "/agency-csc.key"])
        async let service = serviceWithoutBroker()
        for (result, status, says) in [
            (try await unknown, unavailable, "does not believe the certificate of KAFKA_SSL_CERTIFICATE_LOCATION"),
            (try await deceived, unavailable, "KAFKA_SSL_CA_LOCATION is not the authority"),
            (try await unencrypted, unavailable, "KAFKA_SECURITY_PROTOCOL"),
            (try await mixed, wrong, "key values mismatch"),
            (try await service, unavailable, "Connection refused"),
        ] {
            #expect(result.status == status, "\(result.said)")
            #expect(result.said.contains(says), "\(result.said)")
            #expect(result.said.split(separator: "\n").count == 1, "\(result.said)")
        }
    }

    @Test(
        "Each service does its work with its own certificate and its own role, through a kill, and the rules suffice",
        .enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
    func services() async throws {
        let broker = try SecureBroker.ofSuite()
        let prefix = ["KEEPSIGHT_TOPIC_PREFIX": IdentityWalk.prefix]
        let applied = try await Keepsight.run(["topics", "apply"], as: "administrator", on: broker, prefix)
        #expect(applied.status == 0 && applied.said.contains("removed 0 of ours"), "\(applied.said)")
        try await RoleDatabase.with { made in
            let walk = IdentityWalk(broker: broker, made: made)
            var children = try ["referral-intake", "mash-screener", "escalation-tracker"].map { try walk.start($0) }
            // Killed between the broker's answer and its own note of it: its successor reads its topics back.
            let killed = try walk.start("notifier", failpoints: "relay.afterProduce=kill@1")
            do {
                try await walk.prologue()
                // The receipt of a decision may be among what the killed one has not said yet.
                async let successor = successor(of: killed, in: walk)
                try await walk.decide("D1", from: "section-17", to: "early-help")
                children.append(try await successor)
                try await walk.decide("D2", from: "early-help", to: "universal")
                #expect(try await walk.decisionsTold(to: "police", atLeast: 2) == ["D1", "D2"])
            } catch {
                for child in children { print("---\n\(child.log.suffix(2000))") }
                throw error
            }

            let queue = try await walk.keepsight(["queue"], as: "agency-mash")
            #expect(queue.status == 0 && queue.said.contains("health-visiting"), "\(queue.said)")
            #expect(try await walk.keepsight(["queue"], as: "agency-police").status == ExitStatus.failed.rawValue)
            for words in [["positions"], ["dead-letters"]] {
                let result = try await walk.keepsight(words, as: "operator")
                #expect(result.status == 0, "\(words): \(result.said)")
            }
            for child in children { child.send(SIGTERM) }
            for child in children {
                #expect(await child.ended(withinSeconds: 27))
                #expect(!child.log.contains("authorization failed"), "\(child.log)")
            }
        }
        // Another partnership's rules are left alone by the one without a prefix.
        let others = try await Keepsight.run(["topics", "apply"], as: "administrator", on: broker)
        #expect(others.said.contains("and no other of ours."), "\(others.said)")
    }

    /// A consumer that is not let in knows why, for as long as that lasts: health says it.
    private func expectProblem(of environment: [String: String]) async throws {
        let consumer = try KafkaConsumer(
            KafkaConfiguration(
                bootstrapServers: environment["KAFKA_BOOTSTRAP_SERVERS"] ?? "", clientIdentifier: "test",
                security: try KafkaSecurity.read(environment: environment)),
            KafkaConsumer.Options(
                group: "agency.police", topics: ["agency.police.notices"], groupInstance: nil,
                leavingOut: { _ in false }))
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        var problem = ""
        while !problem.contains("certificate"), ContinuousClock.now < end {
            _ = try? await consumer.next(maximumMessages: 1, timeoutMilliseconds: 200)
            problem = await consumer.state().problem ?? ""
        }
        await consumer.close(timeoutMilliseconds: 1000)
        #expect(problem.contains("alert certificate unknown") || problem.contains("alert unknown ca"), "\(problem)")
    }

    /// A notifier in the place of one that was killed.
    private func successor(of killed: ServiceChild, in walk: IdentityWalk) async throws -> ServiceChild {
        #expect(await killed.ended(withinSeconds: 30) && killed.ending.code == SIGKILL)
        return try walk.start("notifier")
    }

    /// A service's first words when its broker is not there.
    private func serviceWithoutBroker() async throws -> (status: Int32, said: String) {
        let child = try ServiceChild(
            "notifier",
            environment: [
                "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "KEEPSIGHT_POLICY_DIR": Keepsight.policy,
                "KEEPSIGHT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "KEEPSIGHT_HTTP_ADDRESS": "127.0.0.1:0",
            ])
        #expect(await child.ended(withinSeconds: 60))
        return (child.ending.code, child.log)
    }
}

extension AccessProbe {
    /// Waits until something is so, for brokers take rules up a moment after they were accepted.
    func until(_ isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(10 * TestEnvironment.patience))
        while try await !isSo() {
            guard ContinuousClock.now < end else { throw Missing("the brokers did not take a rule up in 10 s") }
        }
    }
}
