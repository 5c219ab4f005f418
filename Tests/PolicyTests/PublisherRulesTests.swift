import Contracts
import Foundation
import Policy
import Safeguarding
import Testing

/// contract.md T4: who may publish which type is the policy's to say; a type's declaration gives the default.
struct PublisherRulesTests {
    /// The sample policy with this list of publishers.
    private static func policy(_ publishers: String) throws -> Policy {
        let folder = NSTemporaryDirectory() + "keepsight-publishers-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: PolicyTests.sample, toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/agencies.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try (text + "publishers:\n" + publishers).write(toFile: file, atomically: true, encoding: .utf8)
        return try Policy.load(directory: folder)
    }

    /// The codes of those who may publish a type.
    private static func publishers(_ type: String, _ policy: Policy) throws -> [String] {
        let terms = try #require(EventCatalogue.terms(of: "keepsight." + type))
        return policy.agencies.codes.filter { policy.agencies.mayPublish(terms, $0) }.map(\.text)
    }

    @Test("T4: without a word in the policy the declaration says who may publish a type")
    func defaults() throws {
        let policy = try Policy.load(directory: PolicyTests.sample)
        #expect(try Self.publishers("decision.changed.v1", policy) == ["csc"])
        #expect(try Self.publishers("screening.claimed.v1", policy) == ["mash"])
        #expect(try Self.publishers("referral.made.v1", policy) == policy.agencies.codes.map(\.text))
        for event in EventCatalogue.all { #expect(!policy.agencies.overrides(event.terms)) }
    }

    @Test("T4: what the policy says of a type takes the place of its declaration, and of other types nothing changes")
    func overrides() throws {
        let policy = try Self.policy(
            """
              - { type: decision.changed.v1, kinds: [childrens-social-care, hub], agencies: [gp-riverside] }
              - { type: referral.made.v1, agencies: [police] }
              - { type: screening.claimed.v1, anyAgency: true }
            """)
        #expect(try Self.publishers("decision.changed.v1", policy) == ["csc", "gp-riverside", "mash"])
        #expect(try Self.publishers("referral.made.v1", policy) == ["police"])
        #expect(try Self.publishers("screening.claimed.v1", policy) == policy.agencies.codes.map(\.text))
        #expect(try Self.publishers("screening.released.v1", policy) == ["mash"])
        let terms = try #require(EventCatalogue.terms(of: "keepsight.decision.changed.v1"))
        #expect(policy.agencies.overrides(terms))
        #expect(policy.agencies.publishers(of: terms).words == "children's social care, the hub, gp-riverside")
    }

    @Test(
        "T4: a type, an agency or a kind that is not known is an error with its place, and so is a type that nobody publishes",
        arguments: [
            ("type: decision.changed, kinds: [hub]", "unknown-type"),
            ("type: nothing.said.v1, kinds: [hub]", "unknown-type"),
            ("type: decision.changed.v1, agencies: [csc, nobody]", "unknown-agency"),
            ("type: decision.changed.v1, agencies: [CSC]", "unknown-agency"),
            ("type: decision.changed.v1, kinds: [hub, csc]", "agency-kind"),
            ("type: decision.changed.v1", "publishers-who"),
            ("type: decision.changed.v1, kinds: [], agencies: []", "publishers-who"),
            ("type: decision.changed.v1, anyAgency: false", "publishers-who"),
            ("type: decision.changed.v1, anyAgency: true, kinds: [hub]", "publishers-who"),
            ("type: decision.changed.v1, anyAgency: perhaps", "wrong-type"),
            ("type: referral.made.v1, kinds: [hub]", "duplicate-publishers"),
            ("kinds: [hub]", "missing-key"),
            ("type: decision.changed.v1, kind: hub", "unknown-key"),
            ("type: decision.changed.v1, kinds: hub", "wrong-type"),
        ])
    func mistakes(_ entry: String, _ rule: String) throws {
        var line = 0
        let problems = try PolicyTests.problems("agencies.yaml") { text in
            line = text.components(separatedBy: "\n").count + 2
            return text + "publishers:\n  - { type: referral.made.v1, kinds: [police] }\n  - { \(entry) }\n"
        }
        #expect(problems.contains { $0.file == "agencies.yaml" && $0.rule == rule && $0.line == line }, "\(problems)")
        #expect(problems.count == 1 || entry.hasSuffix("kind: hub"), "one mistake is one problem: \(problems)")
    }

    @Test("T4: a mistake in an agency makes no second one where the agency is named as a publisher")
    func oneProblem() throws {
        let problems = try PolicyTests.problems("agencies.yaml") { text in
            text.replacing("kind: police", with: "kind: constabulary")
                + "publishers:\n  - { type: referral.made.v1, agencies: [police] }\n"
        }
        #expect(problems.map(\.rule) == ["agency-kind"])
    }
}
