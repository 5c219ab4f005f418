import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import Policy
import Safeguarding
import ServiceRuntime

/// `keepsight policy check`: what is wrong with a partnership's policy, and what is yet to be seen to. It needs no broker and no
/// database.
enum PolicyCommand {
    static let command = Command(
        "policy", "The partnership's policy: whether services would start with it, and what it says.",
        examples: ["keepsight policy check", "KEEPSIGHT_POLICY_DIR=/etc/keepsight keepsight policy check --json"],
        subcommands: [check])

    private static let check = Command(
        "check",
        "Read the policy as services do; print each thing that is wrong as file:line: rule: what to do, and what is to be seen to soon.",
        arguments: [("FOLDER", "The policy's folder (default: KEEPSIGHT_POLICY_DIR, or deploy/policy).", false)],
        options: [Command.Option("json", nil, "Print JSON, one object a line: each with file, line, rule, message.")],
        values: ["FOLDER": .files]
    ) { invocation in
        let named = invocation.positional.first ?? invocation.environment["KEEPSIGHT_POLICY_DIR"] ?? ""
        let policy: Policy
        do throws(PolicyError) {
            policy = try Policy.load(directory: named.isEmpty ? "deploy/policy" : named)
        } catch {
            guard invocation.has("json") else { throw error }
            for problem in error.problems { show(problem, isWrong: true) }
            return .configuration
        }
        let now = Int64(Date.now.timeIntervalSince1970) * 1_000_000
        let warnings = policy.warnings(on: LondonTime.date(at: Instant(microsecondsSinceEpoch: now)))
        guard !invocation.has("json") else {
            for warning in warnings { show(warning, isWrong: false) }
            return .ok
        }
        Output.line(.lines(sentence(policy)))
        for warning in warnings { Output.line(.lines("To be seen to: \(warning)")) }
        return .ok
    }

    /// What a policy that is right says, in one line.
    static func sentence(_ policy: Policy) -> String {
        let years = policy.calendar.coveredYears
        let covered = years.min().flatMap { first in
            years.max().map { "bank holidays are listed from \(first) to \($0)" }
        }
        return
            "Services start with policy \(policy.version): \(counted(policy.agencies.codes.count, "agency", "agencies")), "
            + "\(counted(policy.ladders.count, "ladder")) (\(policy.ladders.keys.sorted().joined(separator: ", "))), "
            + "\(policy.calendar.division.rawValue): \(covered ?? "no bank holidays are listed")."
    }

    private static func show(_ problem: PolicyProblem, isWrong: Bool) {
        Output.json { writer in
            writer.beginObject()
            writer.field("kind", isWrong ? "wrong" : "warning")
            writer.field("file", problem.file)
            writer.field("line", problem.line)
            writer.field("rule", problem.rule)
            writer.field("message", problem.message)
            writer.endObject()
        }
    }
}
