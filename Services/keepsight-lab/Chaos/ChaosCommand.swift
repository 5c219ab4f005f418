import CommandRuntime
import FoundationEssentials
import Glibc
import ServiceRuntime

/// `keepsight-lab chaos`: two replicas of every service under load, and seeded faults; then everything is counted.
enum ChaosCommand {
    static let command = Command(
        "chaos",
        "Let things go wrong under load and count what came of it. Starts what it needs, from the project's folder.",
        options: [
            Command.Option("faults", "N", "How many faults (default: 100)."),
            Command.Option("seed", "N", "The same seed makes the same faults (default: 1)."),
            Command.Option("rate", "N", "Decisions a second (default: 40)."),
            Command.Option("households", "N", "Households that they are about (default: 25 a fault, at least 40)."),
            Command.Option("brokers", "N", "Kafka brokers, 1 to 5 (default: 3, and every record on three)."),
            Command.Option("kinds", "NAMES", "Only these kinds, separated by commas: \(kindNames)."),
            Command.Option("minutes", "N", "Begin no fault after so many minutes (default: a day)."),
            Command.Option("without", "GUARDS", "Switch guards off, separated by commas: the run must then fail."),
            Command.Option("debug", nil, "Use a debug build."),
        ],
        examples: [
            "KAFKA_HOME=… keepsight-lab chaos --faults 1000 --seed 7",
            "KAFKA_HOME=… keepsight-lab chaos --without inbox",
        ]
    ) { invocation in
        let faults = try invocation.number("faults", default: 100, in: 1...100_000)
        var plan = ChaosPlan(
            faults: faults,
            seed: UInt64(try invocation.number("seed", default: 1, in: 0...Int(Int32.max))),
            // Every second decision of a household stays open until a discussion is held, and twenty may be open at a time.
            households: try invocation.number("households", default: min(5000, max(40, 25 * faults)), in: 1...5000),
            rate: try invocation.number("rate", default: 40, in: 1...2000),
            brokers: try invocation.number("brokers", default: 3, in: 1...5),
            withoutGuards: invocation.value("without") ?? "")
        plan.kinds = try kinds(invocation.value("kinds"))
        plan.minutes = try invocation.number("minutes", default: plan.minutes, in: 1...100_000)
        guard FileManager.default.isExecutableFile(atPath: "deploy/run") else {
            throw CommandFailure(.usage, "Run it in the project's folder: it starts what it needs by deploy/run.")
        }
        guard invocation.environment["KAFKA_HOME"] != nil else {
            throw CommandFailure(
                .configuration, "Set KAFKA_HOME: brokers are killed and restarted, which only a real Kafka survives.")
        }
        let sandbox = Sandbox(folder: FileManager.default.currentDirectoryPath + "/.run/chaos")
        try sandbox.claim()
        defer { sandbox.stop() }
        let flags = "--no-services --brokers \(plan.brokers)" + (invocation.has("debug") ? " --debug" : "")
        let environment = try sandbox.start(flags, invocation.environment)
        let deployment = Deployment(environment: environment, program: "keepsight-lab")
        let run = try ChaosRun(
            plan, deployment, executables: sandbox.executables(environment), runFolder: sandbox.folder)
        let (verdict, report) = try await run.run()
        Output.line(report.text)
        return verdict.isGood ? .ok : .failed
    }

    private static let kindNames = Fault.allCases.map(\.rawValue).joined(separator: ", ")

    private static func kinds(_ names: String?) throws -> [Fault] {
        guard let names else { return Fault.allCases }
        return try names.split(separator: ",").map { name in
            guard let fault = Fault(rawValue: String(name)) else {
                throw UsageError("There is no fault '\(name)'; there are: \(kindNames).")
            }
            return fault
        }
    }
}
