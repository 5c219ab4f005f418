import CommandRuntime
import DecisionRules
import RuleExplorer
import ServiceRuntime

/// `keepsight-lab explore`: walks every sequence of facts about a small family, and asks after each whether the contract holds.
enum ExploreCommand {
    static let command = Command(
        "explore",
        "Walk every sequence of facts about a small family through the rules for lowered thresholds. Starts nothing.",
        options: [
            Command.Option(
                "length", "N", "Facts in a sequence at the most (default: 4; each more takes ten times as long)."),
            Command.Option(
                "without", "RULE",
                "Switch a rule off, such as R5, and show the shortest sequence that it prevents, in words."),
        ],
        examples: ["keepsight-lab explore --length 5", "keepsight-lab explore --without R5"]
    ) { invocation in
        let length = try invocation.number("length", default: 4, in: 1...12)
        let off = try invocation.value("without").map { text in
            guard let rule = Rule(rawValue: text.lowercased()) else {
                let known = Rule.allCases.map(\.number).joined(separator: ", ")
                throw UsageError("There is no rule \(text) that can be switched off; there are \(known).")
            }
            return rule
        }
        var status = ExitStatus.ok
        if off?.isOfQuestions ?? true { status = questions(length: length, off) }
        guard let family = Family(), off?.isOfQuestions != true else { return status }
        let start = ContinuousClock.now
        let report = Explorer(family, rules: off.map { .all(but: $0) } ?? .all).walk(
            length: length, lookingFor: off?.consequence)
        let seconds = (ContinuousClock.now - start).components.seconds
        Output.line(
            "\(report.sequences) sequences of up to \(report.length) facts, \(report.states) states, "
                + "\(report.refused) facts refused, \(seconds) s")
        guard let example = report.counterExample else {
            Output.line("Nothing happens that the contract does not allow.")
            return off == nil ? status : .failed
        }
        for fact in example.facts { Output.line("  \(family.words(fact))") }
        for violation in example.violations { Output.line("=> \(violation)") }
        return off == nil ? .failed : .ok
    }

    /// The walk of questions, of answers and of what comes late.
    private static func questions(length: Int, _ off: Rule?) -> ExitStatus {
        // One fact more than of the family: there are few, and what comes late needs time to pass.
        let report = QuestionExplorer(rules: off.map { .all(but: $0) } ?? .all).walk(length: length + 1)
        Output.line("\(report.sequences) sequences of up to \(report.length) questions, answers and challenges")
        guard let example = report.counterExample else {
            Output.line("Nothing happens that the contract does not allow.")
            return off == nil ? .ok : .failed
        }
        for fact in example.facts { Output.line("  \(fact.words)") }
        for violation in example.violations { Output.line("=> \(violation)") }
        return off == nil ? .failed : .ok
    }
}
