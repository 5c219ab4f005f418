import Contracts
import FoundationEssentials
import Glibc
import ServiceRuntime

/// `keepsight bench`: measures the full path, from an agency's publish to the last agency's notice.
enum BenchCommand {
    static let command = Command(
        "bench",
        "Measure the full path on this machine. Starts what it needs, from the project's folder, and stops it.",
        options: [
            Command.Option("events", "N", "Decisions to publish as fast as possible (default: 10000)."),
            Command.Option("households", "N", "Households that they are about (default: 1000)."),
            Command.Option("rate", "N", "Decisions a second in the second part (default: 200)."),
            Command.Option("seconds", "N", "How long the second part lasts (default: 20)."),
            Command.Option("running", nil, "Measure what runs already, by the endpoints in the environment."),
            Command.Option("codec", nil, "Measure only the reading of one event, alone; nothing is started."),
            Command.Option("json", nil, "Print one line of JSON."),
        ], examples: ["KAFKA_HOME=… keepsight bench --json"]
    ) { invocation in
        if invocation.has("codec") {
            Output.line(try CodecBench.run(rounds: 200_000).text)
            return .ok
        }
        let plan = BenchPlan(
            events: try invocation.number("events", default: 10_000, in: 100...1_000_000),
            households: try invocation.number("households", default: 1000, in: 1...100_000),
            rate: try invocation.number("rate", default: 200, in: 1...100_000),
            seconds: try invocation.number("seconds", default: 20, in: 1...600))
        if invocation.has("running") {
            let folder = FileManager.default.currentDirectoryPath + "/.run"
            return try await measure(plan, Deployment(environment: invocation.environment), folder, invocation)
        }
        guard FileManager.default.isExecutableFile(atPath: "deploy/run") else {
            throw CommandFailure(.usage, "Run it in the project's folder: it starts what it needs by deploy/run.")
        }
        let folder = FileManager.default.currentDirectoryPath + "/.run/bench"
        // deploy/stop is harmless where nothing runs.
        defer { _ = shell("KEEPSIGHT_RUN_DIR='\(folder)' deploy/stop >&2") }
        guard shell("KEEPSIGHT_RUN_DIR='\(folder)' deploy/run --detach --no-case >&2") == 0 else {
            throw CommandFailure(.unavailable, "deploy/run did not start what the measurement needs; see above.")
        }
        var environment = invocation.environment
        for (name, value) in try Endpoints.read(folder + "/env") { environment[name] = value }
        return try await measure(plan, Deployment(environment: environment), folder, invocation)
    }

    private static func measure(
        _ plan: BenchPlan, _ deployment: Deployment, _ folder: String, _ invocation: Invocation
    ) async throws -> ExitStatus {
        let result = try await Bench(plan, deployment, runFolder: folder).run()
        if invocation.has("json") { Output.json { result.write(to: &$0) } } else { Output.line(result.text) }
        return .ok
    }

    private static func shell(_ command: String) -> Int32 { system(command) }
}
