import CommandRuntime
import Contracts
import FoundationEssentials
import Glibc
import JSON
import ServiceRuntime

/// `keepsight-lab bench`: measures the full path, from an agency's publish to the last agency's notice.
enum BenchCommand {
    static let command = Command(
        "bench",
        "Measure the full path on this machine. Starts what it needs, from the project's folder, and stops it.",
        options: [
            Command.Option("warm-up", "N", "Decisions before that, which are not counted (default: 5000)."),
            Command.Option("events", "N", "Decisions to publish as fast as possible (default: 10000)."),
            Command.Option("households", "N", "Households that they are about (default: 1000)."),
            Command.Option(
                "outstanding", "N",
                "Decisions under way at once at the most, so that what is measured can go on (default: 5000)."),
            Command.Option("rate", "N", "Decisions a second in the second part (default: 200)."),
            Command.Option("seconds", "N", "How long the second part lasts (default: 20)."),
            Command.Option(
                "deadlines", "N", "Measure clocks that fall due while so many are armed; a million says much."),
            Command.Option("history", "N", "Measure a household with so many past events beside one with 10."),
            Command.Option(
                "escalations", "N", "Measure so many open challenges, all of which move up when a day passes."),
            Command.Option(
                "participants", "N",
                "Measure changes of which so many agencies are told; the policy is copied and gets them."),
            Command.Option("compare", "FILE", "Show the JSON of an earlier run beside this one."),
            Command.Option("running", nil, "Measure what runs already, by the endpoints in the environment."),
            Command.Option("codec", nil, "Measure only the reading of one event, alone; nothing is started."),
            Command.Option("json", nil, "Print one line of JSON."),
        ],
        examples: [
            "KAFKA_HOME=… keepsight-lab bench --json", "KAFKA_HOME=… keepsight-lab bench --compare earlier.json",
            "KAFKA_HOME=… keepsight-lab bench --deadlines 1000000 --history 10000",
        ]
    ) { invocation in
        if invocation.has("codec") {
            Output.line(try CodecBench.run(rounds: 200_000).text)
            return .ok
        }
        // Read before anything is measured, so that a wrong name costs no minutes.
        let earlier = try invocation.value("compare").map(earlier(at:))
        let plan = BenchPlan(
            warmUp: try invocation.number("warm-up", default: 5000, in: 0...1_000_000),
            events: try invocation.number("events", default: 10_000, in: 100...1_000_000),
            households: try invocation.number("households", default: 1000, in: 1...100_000),
            outstanding: try invocation.number("outstanding", default: 5000, in: 1...1_000_000),
            rate: try invocation.number("rate", default: 200, in: 1...100_000),
            seconds: try invocation.number("seconds", default: 20, in: 1...600),
            deadlines: try optionalNumber("deadlines", in: 1...10_000_000, invocation),
            history: try optionalNumber("history", in: 1...1_000_000, invocation),
            participants: try optionalNumber("participants", in: 2...100, invocation),
            escalations: try optionalNumber("escalations", in: 1...1_000_000, invocation))
        if invocation.has("running") {
            guard plan.deadlines == nil, plan.escalations == nil, plan.participants == nil else {
                throw UsageError(
                    "--deadlines and --escalations set clocks in the database itself, and --participants needs agencies of "
                        + "its own: leave --running out.")
            }
            let folder = FileManager.default.currentDirectoryPath + "/.run"
            return try await measure(plan, deployment(invocation.environment), folder, earlier, invocation)
        }
        guard FileManager.default.isExecutableFile(atPath: "deploy/run") else {
            throw CommandFailure(.usage, "Run it in the project's folder: it starts what it needs by deploy/run.")
        }
        let sandbox = Sandbox(folder: FileManager.default.currentDirectoryPath + "/.run/bench")
        try sandbox.claim()
        defer { sandbox.stop() }
        var environment = invocation.environment
        if let count = plan.participants {
            environment["KEEPSIGHT_POLICY_DIR"] = try ExtraAgencies.write(
                count - 1, to: sandbox.folder, policy: environment["KEEPSIGHT_POLICY_DIR"] ?? "deploy/policy")
        }
        environment = try sandbox.start("--no-case", environment)
        return try await measure(plan, deployment(environment), sandbox.folder, earlier, invocation)
    }

    private static func deployment(_ environment: [String: String]) -> Deployment {
        Deployment(environment: environment, program: "keepsight-lab")
    }

    private static func measure(
        _ plan: BenchPlan, _ deployment: Deployment, _ folder: String, _ earlier: Earlier?, _ invocation: Invocation
    ) async throws -> ExitStatus {
        let result = try await Bench(plan, deployment, runFolder: folder).run()
        var writer = JSONWriter()
        result.write(to: &writer)
        let document = try JSONDocument(parsing: writer.bytes)
        if invocation.has("json") {
            Output.document(writer.bytes)
        } else if let earlier {
            Output.line(BenchTable.text(of: document.root, beside: earlier.document.root, called: earlier.name))
        } else {
            Output.line(BenchTable.text(of: document.root))
        }
        return .ok
    }

    private struct Earlier {
        let name: String
        let document: JSONDocument
    }

    private static func earlier(at path: String) throws -> Earlier {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.usage, "There is no file \(path), or it cannot be read.")
        }
        guard let document = try? JSONDocument(parsing: Array(data)), document.root["eventsPerSecond"]?.double != nil
        else {
            throw CommandFailure(.usage, "\(path) is not what 'keepsight-lab bench --json' printed.")
        }
        return Earlier(name: path.split(separator: "/").last.map(String.init) ?? path, document: document)
    }

    private static func optionalNumber(_ option: String, in range: ClosedRange<Int>, _ invocation: Invocation) throws
        -> Int?
    {
        guard invocation.value(option) != nil else { return nil }
        return try invocation.number(option, default: range.lowerBound, in: range)
    }
}
