import Contracts
import EscalationTracker
import Foundation
import MashScreener
import Messaging
import Notifier
import Policy
import ReferralIntake
import Safeguarding
import ServiceRegistry
import ServiceRuntime
import TestSupport
import Testing

/// What services declare of themselves against each other, against their code, and against every list of them.
struct ServiceRegistryTests {
    private let services = ServiceRegistry.all
    private let topics = Topics()

    @Test("Nothing is read that nobody writes, and nothing written that nobody reads", arguments: TopicKind.allCases)
    func readAndWritten(_ kind: TopicKind) throws {
        let hub = try #require(AgencyCode("mash"))
        let all = topics.all(agencies: [hub], hub: hub, services: ServiceRegistry.names)
        let topic = try #require(all.first { $0.kind == kind })
        let writers = services.filter { $0.writes(topic) }.map(\.name) + (topic.writer.map { [$0.commonName] } ?? [])
        let readers = services.filter { $0.reads(topic) }.map(\.name) + topic.readers.map(\.commonName)
        #expect(!writers.isEmpty, "nobody writes \(topic.name)")
        #expect(!readers.isEmpty, "nobody reads \(topic.name)")
        // What services write for services is read by one: the operator only looks.
        let isInner = topic.readers == [.operator] && kind != .deadLetters
        if isInner { #expect(services.contains { $0.reads(topic) }, "no service reads \(topic.name)") }
    }

    @Test("A test sees a topic that is read and not written: the registry without its writer has one")
    func withoutWriter() {
        let rest = services.filter { $0.name != "mash-screener" }
        let unwritten = TopicKind.allCases.filter { kind in
            rest.contains { $0.reads.contains(kind) } && !rest.contains { $0.writes.contains(kind) } && kind != .events
        }
        #expect(unwritten == [.screeningOutcomes])
    }

    @Test("Names, ports and deadline kinds are each of one service")
    func unique() {
        #expect(Set(services.map(\.name)).count == services.count)
        #expect(Set(services.map(\.defaultPort)).count == services.count)
        let deadlines = services.flatMap(\.deadlines)
        #expect(Set(deadlines).count == deadlines.count)
    }

    @Test(
        "A service's code publishes to every kind of topic that it declares, and to no other",
        arguments: ServiceRegistry.all)
    func published(_ service: ServiceSpec) throws {
        // Topics are named by `Topics` alone, and what is read comes from the declaration; a comparison publishes nothing.
        let named = try sources(of: service).flatMap { source in
            source.matches(of: /topics\.(\w+)/).compactMap { match -> TopicKind? in
                let before = source[..<match.range.lowerBound].suffix(3)
                return before == "== " ? nil : TopicKind(rawValue: String(match.1))
            }
        }
        // Any service may write dead letters; `events(of:)` names the topic of an event that came in, for its sender.
        #expect(Set(named).subtracting([.deadLetters, .events]) == Set(service.writes), "\(service.name)")
    }

    @Test("Parts of health that a service alone has are declared, and deploy/README.md says what they mean")
    func components() throws {
        let readme = try file("deploy/README.md")
        for service in services {
            let made = try sources(of: service).joined()
                .matches(of: /Component\(rawValue: "(.*?)"/).map { String($0.1) }
            #expect(made.isEmpty, "\(service.name) makes \(made) outside its declaration")
            for component in service.components {
                #expect(readme.contains("`\(component.rawValue)`"), "\(component.rawValue) of \(service.name)")
            }
        }
    }

    @Test("An event that is judged behind intake is judged by a service that reads facts")
    func adjudicators() throws {
        for event in EventCatalogue.all {
            let service = try #require(services.first { $0.name == event.terms.adjudicator.rawValue })
            #expect(service.reads.contains(.facts) || service.writes.contains(.facts), "\(service.name)")
        }
    }

    /// The code of a service, but for what it declares.
    private func sources(of service: ServiceSpec) throws -> [String] {
        let folder = URL(fileURLWithPath: TestEnvironment.project + "/Services/" + service.name)
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return try (files?.allObjects as? [URL] ?? [])
            .filter { $0.pathExtension == "swift" && !$0.pathComponents.contains("Spec") }
            .map { try String(contentsOf: $0, encoding: .utf8) }
    }

    @Test("The deadlines that a service declares are those that its code explains")
    func deadlines() throws {
        let policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        let explained: [String: [ClockKind]] = [
            "referral-intake": ReferralIntake(policy: policy, topics: topics).clockKinds,
            "mash-screener": MashScreener(policy: policy, topics: topics).clockKinds,
            "escalation-tracker": EscalationTracker(policy: policy, topics: topics).clockKinds,
            "notifier": Notifier(policy: policy, topics: topics).clockKinds,
        ]
        #expect(Set(explained.keys) == Set(ServiceRegistry.names))
        for service in services {
            #expect(explained[service.name]?.map(\.name) == service.deadlines.map(\.rawValue), "\(service.name)")
        }
    }

    @Test("SQL that looks for deadlines of a kind names a kind that a service declares")
    func deadlinesInSQL() throws {
        let declared = Set(services.flatMap(\.deadlines).map(\.rawValue))
        var named: Set<String> = []
        for folder in ["deploy", "Services", "Shared"] {
            let root = TestEnvironment.project + "/" + folder
            for path in try FileManager.default.subpathsOfDirectory(atPath: root) where path.hasSuffix(".sql") {
                let text = try String(contentsOfFile: root + "/" + path, encoding: .utf8)
                // `'acknowledgement:' || …`, or a pattern of LIKE.
                named.formUnion(text.matches(of: /'([a-z-]+):%?'/).map { String($0.1) })
            }
        }
        #expect(named.contains("consultation-waits"), "they are found where they stand")
        #expect(named.isSubset(of: declared), "\(named.subtracting(declared))")
    }

    private func file(_ path: String) throws -> String {
        try String(contentsOfFile: TestEnvironment.project + "/" + path, encoding: .utf8)
    }

    @Test("The services' names of deploy/ are the registry's")
    func deployLists() throws {
        let names = ServiceRegistry.names.joined(separator: " ")
        #expect(try file("deploy/lib/services.sh").contains("service_names=(\(names))\n"))
        let image = try file("deploy/Dockerfile")
        #expect(image.components(separatedBy: "for product in keepsight \(names); do").count == 3)
        let compose = try file("deploy/compose.yaml")
        for service in services {
            #expect(compose.contains("\n  \(service.name):\n    <<: *service\n"), "\(service.name)")
            #expect(
                compose.contains("/keepsight_\(service.schema):") || compose.contains("//keepsight_\(service.schema):"))
            #expect(compose.contains("\(service.name)=http://\(service.name):8700"))
            #expect(compose.contains(">/tmp/passwords/\(service.name)\n"))
        }
        #expect(compose.components(separatedBy: "<<: *service\n").count == services.count + 1)
    }

    @Test("The packages of services are those of the registry")
    func folders() throws {
        let folder = TestEnvironment.project + "/Services"
        let all = try FileManager.default.contentsOfDirectory(atPath: folder)
        let withSpec = all.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/Spec") }
        #expect(Set(withSpec) == Set(ServiceRegistry.names))
    }

    @Test("deploy/README.md has the table of topics as services declare them")
    func table() throws {
        #expect(try file("deploy/README.md").contains(TopicTable.markdown), "write this:\n\(TopicTable.markdown)")
    }
}
