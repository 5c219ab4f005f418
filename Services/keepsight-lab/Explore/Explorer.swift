import DecisionRules
import Safeguarding

/// Walks every sequence of facts about a family up to a length, and asks after each step whether the contract still holds.
///
/// Sequences of the same facts that lead to the same register are walked on once: what follows from them is the same.
package struct Explorer: Sendable {
    /// A sequence that ends where the contract does not hold.
    package struct CounterExample: Sendable {
        /// What everything begins with, and then what leads there; nothing of it can be left out.
        package let facts: [RegisterFact]
        package let violations: [String]
    }

    /// What a walk has seen.
    package struct Report: Sendable {
        /// Sequences walked, of facts that were accepted.
        package var sequences = 0
        /// Different registers, by the facts that led there.
        package var states = 0
        /// Facts that were refused.
        package var refused = 0
        /// How long the longest sequence is, beyond what everything begins with.
        package var length = 0
        package var counterExample: CounterExample?
    }

    private struct Node {
        let register: HouseholdRegister
        let oracle: Oracle
        let facts: [RegisterFact]
    }

    private struct Seen: Hashable {
        let register: HouseholdRegister
        let facts: Set<RegisterFact>
    }

    let family: Family
    let terms: RegisterTerms

    /// An explorer of a family under some rules.
    package init(_ family: Family, rules: RuleSet = .all) {
        self.family = family
        terms = family.terms(rules)
    }

    /// Walks sequences of up to `length` facts, shortest first, until all are walked or one breaks the contract: in whatever
    /// way, or in one whose words contain `wanted`.
    package func walk(length: Int, lookingFor wanted: String? = nil) -> Report {
        var report = Report()
        guard case .held(let root) = replay(family.prologue) else {
            report.counterExample = shrunk(family.prologue, wanted)
            return report
        }
        var level = [root]
        for step in 1...max(length, 1) where !level.isEmpty {
            report.length = step
            var next: [Node] = []
            var seen: Set<Seen> = []
            for node in level {
                for fact in family.alphabet {
                    var (register, oracle) = (node.register, node.oracle)
                    guard let broken = take(fact, &register, &oracle) else {
                        report.refused += 1
                        continue
                    }
                    report.sequences += 1
                    let facts = node.facts + [fact]
                    guard !broken.contains(where: { $0.isWanted(wanted) }) else {
                        report.counterExample = shrunk(family.prologue + facts, wanted)
                        return report
                    }
                    guard seen.insert(Seen(register: register, facts: Set(facts))).inserted else { continue }
                    report.states += 1
                    if step < length { next.append(Node(register: register, oracle: oracle, facts: facts)) }
                }
            }
            level = next
        }
        return report
    }

    /// What of the contract a fact breaks; `nil` if it is refused.
    private func take(_ fact: RegisterFact, _ register: inout HouseholdRegister, _ oracle: inout Oracle) -> [String]? {
        let before = register
        guard case .success(let actions) = register.apply(fact, under: terms, now: Family.now) else { return nil }
        return oracle.check(fact, actions, before: before, after: register)
    }

    private enum Replayed {
        case held(Node)
        case broken([String])
    }

    private func replay(_ facts: [RegisterFact], _ wanted: String? = nil) -> Replayed {
        var (register, oracle) = (HouseholdRegister(), Oracle(terms: terms))
        for fact in facts {
            let broken = (take(fact, &register, &oracle) ?? []).filter { $0.isWanted(wanted) }
            if !broken.isEmpty { return .broken(broken) }
        }
        return .held(Node(register: register, oracle: oracle, facts: []))
    }

    /// Leaves out whatever is not needed, one fact after the other, until nothing can be.
    private func shrunk(_ facts: [RegisterFact], _ wanted: String?) -> CounterExample? {
        guard case .broken(var violations) = replay(facts, wanted) else { return nil }
        var facts = facts
        var place = 0
        while place < facts.count {
            var fewer = facts
            fewer.remove(at: place)
            if case .broken(let still) = replay(fewer, wanted), still.first == violations.first {
                (facts, violations, place) = (fewer, still, 0)
            } else {
                place += 1
            }
        }
        return CounterExample(facts: facts, violations: violations)
    }
}

extension String {
    /// Whether it is among what is looked for.
    fileprivate func isWanted(_ wanted: String?) -> Bool { wanted.map { contains($0) } ?? true }
}
