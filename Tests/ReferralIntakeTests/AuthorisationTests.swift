import Contracts
import Foundation
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// contract.md T4 at intake: who may publish what, as the policy has it.
struct AuthorisationTests {
    /// Intake under the sample policy with this list of publishers.
    private static func intake(_ publishers: String) throws -> VirtualIntake {
        let folder = NSTemporaryDirectory() + "keepsight-authorisation-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/agencies.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try (text + "publishers:\n" + publishers).write(toFile: file, atomically: true, encoding: .utf8)
        var intake = try VirtualIntake(policy: Policy.load(directory: folder))
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        return intake
    }

    @Test("T4: whom the policy names may publish a type, and whom it leaves out may not, whatever the declaration says")
    func policy() throws {
        var intake = try Self.intake(
            """
              - { type: decision.changed.v1, agencies: [gp-riverside] }
              - { type: consultation.recorded.v2, kinds: [police, health] }
            """)
        _ = try intake.publish("involvement.opened.v1", as: "gp-riverside", id: "i", Events.involvement("GP"))
        let own = Events.decision(refs: ["GP-A"])
        #expect(try intake.publish("decision.changed.v1", as: "gp-riverside", id: "d", own).facts.count == 1)
        let refused = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision("D2"))
        #expect(refused.map(\.codes) == [["not-authorised"]])
        #expect(refused.map(\.paths) == [["/type"]])
        #expect(refused.first?.message == "Your agency does not publish this type. Who does: gp-riverside.")
        let view = Events.consultation(of: "csc")
        #expect(
            try intake.publish("consultation.recorded.v2", as: "csc", id: "c", view).map(\.codes) == [
                ["not-authorised"]
            ])
        #expect(
            try intake.publish("consultation.recorded.v2", as: "police", id: "c", view).receipts.first?.isAccepted
                == true
        )
    }

    @Test(
        "T4: of every type whoever may not publish it is refused before anything else of it is looked at, and nobody else"
    )
    func everyType() throws {
        for event in EventCatalogue.all {
            var intake = try VirtualIntake()
            let name = String(event.terms.type.text.dropFirst("keepsight.".count))
            for agency in intake.policy.agencies.codes {
                let said = try intake.publish(name, as: agency.text, id: "x", "{}")
                let isRefusedForIt = said.map(\.codes) == [["not-authorised"]]
                #expect(
                    isRefusedForIt == !intake.policy.agencies.mayPublish(event.terms, agency), "\(name) by \(agency)")
            }
        }
    }
}
