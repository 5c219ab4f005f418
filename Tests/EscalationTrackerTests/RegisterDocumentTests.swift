import Contracts
import DecisionDocument
import DecisionRules
import JSON
import RuleExplorer
import Safeguarding
import Testing

@testable import EscalationTracker

/// The register as a document: what is read back is what was written, and does the same from there on.
struct RegisterDocumentTests {
    @Test("The register that was written and read takes every fact as the one that was not: 300 random walks")
    func same() throws {
        let family = try #require(Family())
        var random = Congruential(state: 7)
        var steps = 0
        for walk in 0..<300 {
            var (kept, read) = (HouseholdRegister(), HouseholdRegister())
            for fact in family.prologue + (0..<14).map({ _ in random.pick(family.alphabet) }) {
                let first = kept.apply(fact, under: family.terms(), now: Family.now)
                let second = read.apply(fact, under: family.terms(), now: Family.now)
                try #require(Self.sorted(first) == Self.sorted(second), "walk \(walk): \(family.words(fact))")
                read = try Self.readBack(read)
                try #require(read == kept, "walk \(walk): \(family.words(fact))")
                steps += 1
            }
        }
        #expect(steps == 300 * (family.prologue.count + 14))
    }

    /// What order sets are walked in is nobody's business.
    private static func sorted(_ result: Result<[RegisterAction], RegisterRefusals>) -> Result<
        Set<RegisterAction>, RegisterRefusals
    > { result.map { Set($0) } }

    @Test("Bounded: 3,000 decisions leave the document as small as 60")
    func bounded() throws {
        let family = try #require(Family())
        var register = HouseholdRegister()
        for fact in family.prologue { _ = register.apply(fact, under: family.terms(), now: Family.now) }
        var sizes: [Int] = []
        for number in 0..<3_000 {
            let isLower = number.isMultiple(of: 2)
            let (from, to): (ThresholdLevel, ThresholdLevel) =
                isLower ? (.section47, .section17) : (.section17, .section47)
            let made = DecisionMade(
                id: "D\(10_000 + number)", version: 1, agency: family.csc, decidedAt: Family.at(20 + Int64(number)),
                children: [.init(family.older, from: from, to: to)])
            _ = register.apply(.decision(made), under: family.terms(), now: Family.at(20 + Int64(number)))
            for agency in [family.police, family.health, family.school] where isLower {
                let view = ViewGiven(
                    decisionID: made.name, version: 1, agency: agency, recordedBy: agency, position: .support,
                    at: Family.at(21 + Int64(number)))
                _ = register.apply(.view(view), under: family.terms(), now: Family.at(21 + Int64(number)))
            }
            guard number == 59 || number == 2_999 else { continue }
            sizes.append(Self.bytes(of: register).count)
            #expect(try Self.readBack(register) == register)
        }
        #expect(register.children[family.older]?.level == .section47)
        #expect(sizes.count == 2 && sizes[1] < sizes[0] + 500, "\(sizes)")
        print("the register of a household with twenty settled decisions: \(sizes) bytes")
    }

    private static func bytes(of register: HouseholdRegister) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        HouseholdRegister.record.write(register, &writer)
        writer.endObject()
        return writer.bytes
    }

    private static func readBack(_ register: HouseholdRegister) throws -> HouseholdRegister {
        var reasons = RefusalReasons()
        let read = HouseholdRegister.record.read(try JSONDocument(parsing: bytes(of: register)).root, &reasons)
        return try #require(read, "\(reasons.all)")
    }
}
