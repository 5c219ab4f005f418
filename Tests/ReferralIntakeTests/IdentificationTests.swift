import Contracts
import JSON
import Safeguarding
import Testing

@testable import ReferralIntake

/// Who is who: by the agency's reference, then by NHS number, then exactly; never by likeness.
struct IdentificationTests {
    static func child(_ ref: String, _ fields: String = "") throws -> ChildDescription {
        var reasons = RefusalReasons()
        let text =
            #"{"referralId":"R","referrer":{"name":"a","role":"b"},"sourceOfReferral":"6","concerns":[{"kind":"k","text":"t"}],"children":[{"ref":"\#(ref)"\#(fields)}]}"#
        let event = ReferralMade(reading: try JSONDocument(parsing: Array(text.utf8)).root, &reasons)
        return try #require(event?.children.first)
    }

    static let exact =
        #","name":{"given":"Alma","family":"Testperson"},"dateOfBirth":"2016-04-11","address":{"lines":["1 Sample Row"],"postcode":"YO1 0AA"}"#

    private func identify(
        _ agency: String, _ children: [ChildDescription], event: String, _ register: inout Register
    ) throws -> [Identification.Identified] {
        try Identification(agency: try #require(AgencyCode(agency)), event: event).identify(children, in: &register)
            .get()
    }

    @Test("The same child under two agencies' references is one, and lives in one household")
    func exactly() throws {
        var register = Register()
        let first = try identify(
            "police", [try IdentificationTests.child("P1", IdentificationTests.exact)], event: "1", &register)
        let spelled = IdentificationTests.exact.replacing("Alma", with: " ALMA ").replacing("YO1 0AA", with: "yo10aa")
        let second = try identify("csc", [try IdentificationTests.child("C1", spelled)], event: "2", &register)
        #expect(first == second)
        #expect(register.people[first[0].person]?.references.count == 2)
        #expect(
            try identify("csc", [try IdentificationTests.child("C1")], event: "3", &register) == first,
            "the reference is enough")
    }

    @Test(
        "Another birthday, name or postcode is another child",
        arguments: [
            ("2016-04-11", "2016-04-12"), ("Alma", "Alba"), ("Testperson", "Testpersson"), ("YO1 0AA", "YO1 0AB"),
        ])
    func notByLikeness(_ old: String, _ new: String) throws {
        var register = Register()
        let first = try identify(
            "police", [try IdentificationTests.child("P1", IdentificationTests.exact)], event: "1", &register)
        let other = try IdentificationTests.child("C1", IdentificationTests.exact.replacing(old, with: new))
        #expect(try identify("csc", [other], event: "2", &register)[0].person != first[0].person)
    }

    @Test("An NHS number finds the child whatever its name is; another number makes an exact match two children")
    func byNumber() throws {
        var register = Register()
        let numbered = IdentificationTests.exact + #","nhsNumber":"9990000018""#
        let first = try identify("police", [try IdentificationTests.child("P1", numbered)], event: "1", &register)
        let renamed = try IdentificationTests.child(
            "C1", #","nhsNumber":"9990000018","name":{"given":"A","family":"B"}"#)
        #expect(try identify("csc", [renamed], event: "2", &register) == first)
        let twin = try IdentificationTests.child("H1", IdentificationTests.exact + #","nhsNumber":"9990000026""#)
        #expect(try identify("housing", [twin], event: "3", &register)[0].person != first[0].person)
        let conflict = try IdentificationTests.child("P1", #","nhsNumber":"9990000026""#)
        #expect(throws: EventRefusal.self) { try identify("police", [conflict], event: "4", &register) }
    }

    @Test("Children of one event, and of one address, are one household; a known child keeps its own")
    func households() throws {
        var register = Register()
        let siblings = try identify(
            "police",
            [try IdentificationTests.child("P1", IdentificationTests.exact), try IdentificationTests.child("P2")],
            event: "1", &register)
        #expect(siblings[0].household == siblings[1].household)
        let neighbour = IdentificationTests.exact.replacing("Alma", with: "Brook")
        let third = try identify("csc", [try IdentificationTests.child("C3", neighbour)], event: "2", &register)
        #expect(third[0].household == siblings[0].household)
        let stranger = try identify("csc", [try IdentificationTests.child("C9")], event: "3", &register)
        #expect(stranger[0].household != siblings[0].household)
    }

    @Test("One child named twice is refused; references that nobody introduced are refused with their paths")
    func refusals() throws {
        var register = Register()
        _ = try identify(
            "police", [try IdentificationTests.child("P1", IdentificationTests.exact)], event: "1", &register)
        let twice = [
            try IdentificationTests.child("P1"), try IdentificationTests.child("P7", IdentificationTests.exact),
        ]
        #expect(throws: EventRefusal.self) { try identify("police", twice, event: "2", &register) }
        let identification = Identification(agency: try #require(AgencyCode("police")), event: "3")
        guard
            case .failure(let refusal) = identification.find(
                [ChildReference(ref: "P1"), ChildReference(ref: "P8")], in: register)
        else {
            Issue.record("found")
            return
        }
        #expect(refusal.reasons.all.map(\.path) == ["/data/children/1/ref"])
    }

    @Test(
        "E6: an agency knows a child under twenty references at the most; the next is refused, those that it has are not"
    )
    func references() throws {
        var register = Register()
        let numbered = #","nhsNumber":"9990000018""#
        for number in 0..<20 {
            _ = try identify(
                "police", [try IdentificationTests.child("P\(number)", numbered)], event: "\(number)", &register)
        }
        let another = try IdentificationTests.child("P20", numbered)
        let refusal = #expect(throws: EventRefusal.self) {
            try identify("police", [another], event: "20", &register)
        }
        #expect(refusal?.reasons.all.map { "\($0.path) \($0.code.rawValue)" } == ["/data/children/0/ref too-many"])
        let known = try IdentificationTests.child("P7", numbered)
        #expect(try identify("police", [known], event: "21", &register).count == 1)
        #expect(try identify("csc", [another], event: "22", &register).count == 1, "another agency's are its own")
    }
}
