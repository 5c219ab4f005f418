import Contracts
import Safeguarding
import TestSupport
import Testing

@testable import DecisionRules
@testable import ReferralIntake

/// Identifiers that Unicode takes for equivalent and that differ in bytes are two, in one batch as apart (I1, K3): an integrator
/// had one child's reference told for another's.
struct EquivalentIdentifierTests {
    private static let composed = "\u{E9}1", decomposed = "e\u{301}1"

    private func involvement(_ ref: String, _ given: String, born: String) -> String {
        #"{"role":"worker","since":"2026-01-05","children":[\#(SampleEvents.child(ref, given, born: born))]}"#
    }

    @Test("I1: two references that are equivalent and not the same are two children, whatever else the batch holds")
    func references() throws {
        var intake = try VirtualIntake()
        for (number, (ref, given, born)) in [
            (Self.composed, "Alma", "2016-01-02"), (Self.decomposed, "Bob", "2010-03-04"),
        ].enumerated() {
            let data = involvement(ref, given, born: born)
            let said = try intake.publish("involvement.opened.v1", as: "police", id: "\(number)", data)
            #expect(said.flatMap(\.codes) == [])
        }
        let police = try #require(AgencyCode("police"))
        let people = [Self.composed, Self.decomposed].map {
            intake.register.personByKey[IdentityKeys.reference(police, $0)]
        }
        #expect(people[0] != nil && people[1] != nil && people[0] != people[1])
    }

    @Test("I1: and two decisions")
    func decisions() throws {
        let csc = try #require(AgencyCode("csc"))
        let names = [OwnName(Self.composed, of: csc), OwnName(Self.decomposed, of: csc)]
        #expect(names[0] != names[1] && Set(names).count == 2 && names.sorted().count == 2)
        #expect(
            Admission.subject(decision: Self.composed, of: csc) != Admission.subject(decision: Self.decomposed, of: csc)
        )
    }

    @Test(
        "Exact bytes are read as they were written",
        arguments: ["plain-1", "100 %", composed, decomposed, "%41", "\u{1F600}/x"])
    func roundTrip(_ text: String) throws {
        let written = text.exactBytes
        #expect(written.utf8.allSatisfy { $0 < 0x7F })
        #expect(try #require(String(exactBytes: written)).utf8.elementsEqual(text.utf8))
        #expect(String(exactBytes: "%4") == nil && String(exactBytes: "%FF") == nil)
    }
}
