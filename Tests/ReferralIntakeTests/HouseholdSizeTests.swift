import Contracts
import Safeguarding
import Testing

@testable import ReferralIntake

/// How many children share a household: each of its events is handled with all of them (trial A20).
struct HouseholdSizeTests {
    private func child(_ number: Int, at address: String) throws -> ChildDescription {
        try IdentificationTests.child(
            "C\(number)",
            #","name":{"given":"Child\#(number)","family":"Testperson"},"dateOfBirth":"2016-04-11","address":{"lines":["\#(address)"],"postcode":"YO1 0AA"}"#
        )
    }

    private func identify(
        _ agency: String, _ children: [ChildDescription], event: String, _ register: inout Register
    ) throws -> Result<[Identification.Identified], EventRefusal> {
        Identification(agency: try #require(AgencyCode(agency)), event: event).identify(children, in: &register)
    }

    @Test("trial A20: a hostel's 2,000 children are no household of 2,000; none of them is refused")
    func hostel() throws {
        var register = Register()
        var sizes: [HouseholdID: Int] = [:]
        for number in 0..<2000 {
            let found = try identify("housing", [try child(number, at: "Hostel")], event: "\(number)", &register).get()
            sizes[found[0].household, default: 0] += 1
        }
        #expect(sizes.values.max() == HouseholdSize.maximumIntroduced)
        // Another agency's children still come to the address.
        let sibling = try identify("police", [try child(5000, at: "Hostel")], event: "p", &register).get()
        #expect(sizes[sibling[0].household] == HouseholdSize.maximumIntroduced)
    }

    @Test(
        "trial A20, N4: more new children beside one that is known than any family has live apart, and nobody is told")
    func beside() throws {
        var register = Register()
        let known = try child(0, at: "1 Sample Row")
        for event in 0..<2 {
            let more = try (1..<30).map { try child(event * 100 + $0, at: "\(event) Other Row") }
            _ = try identify("police", [known] + more, event: "\(event)", &register).get()
        }
        let more = try [known] + (1...2).map { try child(900 + $0, at: "3 Other Row") }
        let found = try identify("police", more, event: "more", &register).get().map(\.household)
        #expect(found[1] == found[2] && found[0] != found[1])
        #expect(register.householdSizes.values.map { $0.children.values.max() ?? 0 }.max() ?? 0 <= 60)
        // One more fits, and another agency can introduce its own beside the same child.
        let one = try [known, child(990, at: "9 Other Row")]
        #expect(Set(try identify("police", one, event: "one", &register).get().map(\.household)).count == 1)
        let others = try [known] + (1...20).map { try child(700 + $0, at: "4 Other Row") }
        #expect(Set(try identify("csc", others, event: "csc", &register).get().map(\.household)).count == 1)
    }

    @Test("How many each agency has introduced is read as the statements write it")
    func reading() throws {
        let size = HouseholdSize(reading: "csc 59,school-hill 3")
        let (csc, hill) = (try #require(AgencyCode("csc")), try #require(AgencyCode("school-hill")))
        #expect(size.children == [csc: 59, hill: 3])
        #expect(size.hasRoom(for: 1, of: csc) && !size.hasRoom(for: 2, of: csc))
        #expect(size.hasRoom(for: 60, of: try #require(AgencyCode("police"))))
    }
}
