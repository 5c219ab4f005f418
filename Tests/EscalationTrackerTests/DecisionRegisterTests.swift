import Contracts
import JSON
import Safeguarding
import Testing

@testable import EscalationTracker

/// The decision register as pure values: contract.md section 6, domain.md rows A1, A2, A5 and A6.
struct DecisionRegisterTests {
    let csc = AgencyCode("csc"), police = AgencyCode("police"), health = AgencyCode("health-visiting"),
        school = AgencyCode("school-hill")
    let child = PersonID(digest: [1]), sibling = PersonID(digest: [2])

    static func at(_ minutes: Int64) -> Instant { Instant(microsecondsSinceEpoch: minutes * 60_000_000) }

    func set(_ agencies: AgencyCode?...) -> Set<AgencyCode> { Set(agencies.compactMap { $0 }) }

    func register() throws -> DecisionRegister {
        var register = DecisionRegister()
        register.refer(child, by: try #require(health))
        register.openInvolvement(of: try #require(school), with: child)
        return register
    }

    func discussion(
        _ id: String = "SD1", by recorder: String = "csc", at minutes: Int64 = 10, enquiry: Bool = true,
        attendees: [AgencyCode?]? = nil
    ) -> DiscussionRecord {
        DiscussionRecord(
            name: DiscussionName(id: id, agency: AgencyCode(recorder)!), heldAt: DecisionRegisterTests.at(minutes),
            children: [child, sibling], attendees: Set((attendees ?? [csc, police, health]).compactMap { $0 }),
            decidedOnEnquiry: enquiry)
    }

    func proposal(
        from: ThresholdLevel = .section47, to: ThresholdLevel = .section17, version: Int = 1, urgent: Bool = false,
        discussionID: String? = nil, id: String = "D1", at minutes: Int64 = 20
    ) throws -> DecisionRegister.Proposal {
        DecisionRegister.Proposal(
            decisionID: id, version: version, agency: try #require(csc), authoriserRole: "team manager",
            decidedAt: DecisionRegisterTests.at(minutes), reason: "reason", isUrgent: urgent,
            discussionID: discussionID,
            children: [ChangeRecord.ChildChange(person: child, from: from, to: to)])
    }

    func consultation(_ agency: AgencyCode?, _ view: ConsultationView = .support) throws -> Consultation {
        Consultation(agency: try #require(agency), recordedBy: try #require(csc), view: view)
    }

    func steps(_ actions: [RegisterAction]) -> [Step] {
        actions.compactMap { if case .tell(let step) = $0 { step } else { nil } }
    }

    @Test(
        "A1, A2: not consulted is held; attendees, referrer and involved are told, attendees but the decider are asked")
    func held() throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        let actions = try register.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        let step = try #require(steps(actions).first)
        #expect(step.kind == .held)
        #expect(Set(step.parties.keys) == set(csc, police, health, school))
        #expect(step.parties[try #require(health)]?.because == [.attendee, .referrer])
        #expect(step.consult == set(police, health))
        #expect(actions.contains(.awaitDiscussion(decisionID: "D1")))
        #expect(register.children[child]?.level == .section47, "a held change is not in effect")
    }

    @Test("A2: every consultation in, in any order and early or late, and it is in effect", arguments: [0, 1, 2])
    func consulted(_ early: Int) throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        let consultations = [try consultation(police), try consultation(health)]
        for consultation in consultations.prefix(early) { #expect(register.consult("D1", consultation).isEmpty) }
        var actions = try register.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        for consultation in consultations.dropFirst(early) { actions += register.consult("D1", consultation) }
        #expect(register.children[child]?.level == .section17)
        #expect(steps(actions).last?.kind == (early == 2 ? .changed : .confirmed))
        #expect(early == 2 || actions.contains(.stopAwaitingDiscussion(decisionID: "D1")))
    }

    @Test("An objection keeps it held, and everybody hears of the challenge")
    func objection() throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        _ = try register.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        _ = register.consult("D1", try consultation(police, .object))
        let actions = register.consult("D1", try consultation(health))
        #expect(steps(actions).allSatisfy { $0.kind != .confirmed })
        #expect(register.children[child]?.level == .section47)
    }

    @Test("Only the agency itself or the decider can say that it was consulted")
    func foreignConsultation() throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        _ = try register.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        let police = try #require(police), school = try #require(school)
        _ = register.consult("D1", Consultation(agency: police, recordedBy: school, view: .support))
        #expect(register.changes.first?.notConsulted.contains(police) == true)
    }

    @Test("Urgent takes effect at once and awaits a reconvened discussion")
    func urgent() throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        let actions = try register.decide(try proposal(urgent: true), now: DecisionRegisterTests.at(30)).get()
        #expect(steps(actions).first?.kind == .changed)
        #expect(actions.contains(.awaitDiscussion(decisionID: "D1")))
        #expect(register.children[child]?.level == .section17)
    }

    @Test("A reconvened discussion confirms or withdraws what is held", arguments: [true, false])
    func reconvened(_ upholdsEnquiry: Bool) throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        _ = try register.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        let actions = register.hold(
            discussion("SD2", at: 60, enquiry: upholdsEnquiry), now: DecisionRegisterTests.at(90))
        #expect(steps(actions).map(\.kind) == [upholdsEnquiry ? .withdrawn : .confirmed])
        #expect(register.children[child]?.level == (upholdsEnquiry ? .section47 : .section17))
    }

    @Test("Whatever the order in which discussion and decision are recorded, the register ends the same")
    func orderOfRecording() throws {
        var early = try register(), late = try register()
        _ = early.hold(discussion(), now: DecisionRegisterTests.at(90))
        _ = try early.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        _ = try late.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        #expect(late.changes.first?.state == .changed, "nobody is known who should have been asked")
        let actions = late.hold(discussion(), now: DecisionRegisterTests.at(90))
        #expect(late.changes.first?.state == .held)
        #expect(late.children[child]?.level == early.children[child]?.level)
        #expect(late.changes.first?.consultees == early.changes.first?.consultees)
        let told = Set(steps(actions).flatMap(\.parties.keys))
        #expect(told == set(csc, police, health, school), "newcomers, and those who had heard that it was in effect")
    }

    @Test("A decision that names a discussion which nobody has recorded is held until it is")
    func namedDiscussion() throws {
        var register = try register()
        let actions = try register.decide(try proposal(discussionID: "SD1"), now: DecisionRegisterTests.at(30)).get()
        #expect(steps(actions).allSatisfy { $0.kind == .held })
        for agency in [police, health] { _ = register.consult("D1", try consultation(agency)) }
        let after = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        #expect(register.changes.first?.state == .changed, "the consultations waited for the discussion")
        #expect(steps(after).contains { $0.kind == .confirmed })
    }

    @Test("Refusals: wrong level with its name, versions out of order, another agency's decision; none leaves a trace")
    func refusals() throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        let before = register
        #expect(
            register.decide(try proposal(from: .childProtectionPlan), now: DecisionRegisterTests.at(30))
                == .failure(DecisionRefusals(all: [.staleDecision(child: 0, recorded: .section47)])))
        #expect(
            register.decide(try proposal(version: 2), now: DecisionRegisterTests.at(30))
                == .failure(DecisionRefusals(all: [.staleVersion(expected: 1)])))
        #expect(register == before)
        _ = try register.decide(try proposal(), now: DecisionRegisterTests.at(30)).get()
        #expect(
            register.decide(try proposal(), now: DecisionRegisterTests.at(31))
                == .failure(DecisionRefusals(all: [.staleVersion(expected: 2)])))
        var foreign = try proposal(version: 2)
        foreign.agency = try #require(police)
        #expect(
            register.decide(foreign, now: DecisionRegisterTests.at(31))
                == .failure(DecisionRefusals(all: [.decisionOfAnotherAgency])))
    }

    @Test(
        "A6: of all pairs of levels, exactly the lowered ones ask the core group first; all are told",
        arguments: ThresholdLevel.allCases)
    func everyPair(_ from: ThresholdLevel) throws {
        for to in ThresholdLevel.allCases where to != from {
            var register = try register()
            let actions = try register.decide(try proposal(from: from, to: to), now: DecisionRegisterTests.at(30)).get()
            let told = Set(steps(actions).flatMap(\.parties.keys))
            #expect(told == set(health, school))
            // For a Section 47 decision those to be asked are a discussion's attendees, and here was none.
            let isHeld = from.isLowered(to: to) && from != .section47
            #expect(register.changes.first?.state == (isHeld ? .held : .changed), "\(from) to \(to)")
        }
    }

    @Test("The document reads back what it wrote, and bounded: 10,000 decisions leave it as small as 30")
    func document() throws {
        var register = try register()
        _ = register.hold(discussion(), now: DecisionRegisterTests.at(90))
        var sizes: [Int] = []
        var level = ThresholdLevel.section47
        for number in 0..<10_000 {
            let to: ThresholdLevel = level == .section47 ? .section17 : .section47
            let decision = try proposal(from: level, to: to, urgent: false, id: "D\(number)", at: 20 + Int64(number))
            _ = try register.decide(decision, now: DecisionRegisterTests.at(30 + Int64(number))).get()
            if to == .section17 {
                for agency in [police, health] { _ = register.consult("D\(number)", try consultation(agency)) }
            }
            level = to
            guard number == 60 || number == 9_998 else { continue }
            var writer = JSONWriter()
            writer.beginObject()
            register.writeMembers(to: &writer)
            writer.endObject()
            sizes.append(writer.bytes.count)
            let read = DecisionRegister(reading: try JSONDocument(parsing: writer.bytes).root)
            #expect(read == register)
        }
        #expect(sizes.count == 2 && sizes[1] < sizes[0] + 500, "\(sizes)")
    }
}
