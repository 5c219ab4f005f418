import DecisionRules
import RuleExplorer
import Testing

/// The bounded form of the walk; `keepsight-lab explore` has the long one.
struct ExplorerTests {
    @Test("P1: no sequence of three facts about the family lets anything happen that the contract does not allow")
    func bounded() throws {
        let family = try #require(Family())
        let report = Explorer(family).walk(length: 3)
        let found = report.counterExample.map { example in
            example.facts.map(family.words).joined(separator: "\n") + "\n=> "
                + example.violations.joined(separator: " ")
        }
        #expect(found == nil)
        print("P1: \(report.sequences) sequences, \(report.states) states, \(report.refused) facts refused")
        #expect(report.states > 1000)
    }

    @Test(
        "Each rule switched off makes the walk find what the rule prevents",
        arguments: Rule.allCases.filter { !$0.isOfQuestions })
    func switchedOff(_ rule: Rule) throws {
        let family = try #require(Family())
        let report = Explorer(family, rules: .all(but: rule)).walk(length: 4, lookingFor: rule.consequence)
        let example = try #require(report.counterExample, "nobody notices that \(rule.number) is off")
        var lines = ["\(rule.number) off, \(report.sequences) sequences: " + example.violations.joined(separator: " ")]
        lines += example.facts.map { "    " + family.words($0) }
        print(lines.joined(separator: "\n"))
    }

    @Test("R14, R18: no sequence of five questions, answers and challenges loses a question, a window or a lateness")
    func questions() {
        let report = QuestionExplorer().walk(length: 5)
        let found = report.counterExample.map { example in
            example.facts.map(\.words).joined(separator: "\n") + "\n=> " + example.violations.joined(separator: " ")
        }
        #expect(found == nil)
        #expect(report.sequences > 2000)
        print("R14, R18: \(report.sequences) sequences")
    }

    @Test(
        "Each rule about questions switched off makes their walk find it",
        arguments: Rule.allCases.filter(\.isOfQuestions))
    func questionsSwitchedOff(_ rule: Rule) throws {
        let report = QuestionExplorer(rules: .all(but: rule)).walk(length: 5)
        let example = try #require(report.counterExample, "nobody notices that \(rule.number) is off")
        #expect(example.violations.allSatisfy { $0.contains("(\(rule.number))") })
        var lines = [rule.number + " off: " + example.violations.joined(separator: " ")]
        lines += example.facts.map { "    " + $0.words }
        print(lines.joined(separator: "\n"))
    }
}
