import Foundation
import Glibc
import TestSupport
import Testing

/// `deploy/run --detach` with the executables of this build, a database and a broker of its own.
@Suite(.enabled(if: TestEnvironment.isComplete && TestEnvironment.hasKafkaHome, "\(TestEnvironment.kafkaHomeAdvice)"))
struct DeployRunTests {
    private let folder = TestEnvironment.project + "/.run/scripts-" + UUID().uuidString.prefix(8).lowercased()

    private func script(_ name: String, _ arguments: [String] = [], _ special: [String: String?] = [:]) async throws
        -> (status: Int32, said: String)
    {
        var environment = ProcessInfo.processInfo.environment
        for name in ["KEEPSIGHT_DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"] { environment[name] = nil }
        environment["KEEPSIGHT_RUN_DIR"] = folder
        for (name, value) in special { environment[name] = value }
        let child = try ServiceChild(
            executable: TestEnvironment.project + "/deploy/" + name, arguments: arguments, environment: environment,
            workingDirectory: TestEnvironment.project)
        #expect(await child.ended(withinSeconds: 180), "deploy/\(name)")
        return (child.ending.code, child.log)
    }

    private func pid(_ name: String) -> pid_t? {
        (try? String(contentsOfFile: folder + "/pid/" + name, encoding: .utf8)).flatMap {
            pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    /// A process that has ended may stay in the list until somebody asks for it.
    private func isRunning(_ pid: pid_t) -> Bool {
        (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)).map { !$0.contains(") Z ") } ?? false
    }

    /// Kills a process of the run folder, and waits until another one runs under its name.
    private func killed(_ name: String) async throws -> Bool {
        let before = try #require(pid(name))
        kill(before, SIGKILL)
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        while ContinuousClock.now < end {
            if let now = pid(name), now != before, isRunning(now) { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    private func environment(of name: String) throws -> String {
        let number = try #require(pid(name))
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/proc/\(number)/environ")), as: UTF8.self)
    }

    @Test(
        "trials D9 and F9: the run folder is private, passwords are where they are needed, and what dies is started again"
    )
    func wholeLife() async throws {
        let started = try await script("run", ["--detach", "--no-case"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            #expect(started.status == 0, "\(started.said)")
            try await look()
            try await revival()
            try await beginWithoutFolder()
        } catch {
            _ = try? await script("stop")
            throw error
        }
        let stopped = try await script("stop")
        #expect(stopped.status == 0 && stopped.said.contains("stopped"), "\(stopped.said)")
        #expect((try? FileManager.default.contentsOfDirectory(atPath: folder + "/pid"))?.isEmpty == true)
        // For root the data lies elsewhere.
        let start = ". '\(TestEnvironment.project)/deploy/lib/start.sh'; "
        let removal = start + "rm -rf \"$(postgres_place)\" \"$(postgres_place)\"-set-aside-*"
        let remover = try ServiceChild(
            executable: "/bin/bash", arguments: ["-c", removal],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "KEEPSIGHT_RUN_DIR": folder])
        #expect(await remover.ended(withinSeconds: 30))
    }

    private func look() async throws {
        let open = try await ChildProcess.find(folder, "-perm", "/077", "!", "-type", "l")
        #expect(open.isEmpty, "readable by others: \(open)")
        let password = try String(contentsOfFile: folder + "/postgres-password", encoding: .utf8)
        for name in ["kafka-server", "postgres", "notifier", "referral-intake"] {
            #expect(try !environment(of: name).contains(password), "\(name) has the owner's password")
        }
        #expect(try !environment(of: "kafka-server").contains("KEEPSIGHT_"))
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
        for process in processes {
            let words = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/cmdline"))) ?? Data()
            #expect(!String(decoding: words, as: UTF8.self).contains(password), "in the arguments of \(process)")
        }
        let env = try String(contentsOfFile: folder + "/env", encoding: .utf8)
        #expect(env.contains("export KEEPSIGHT_RUN_ENV="))
    }

    private func revival() async throws {
        for name in ["notifier", "postgres", "kafka-server"] {
            #expect(try await killed(name), "\(name) did not come back")
        }
        // The process is there before the line that says so; a database whose old processes still hold its memory
        // is tried twice.
        var log = ""
        let patience = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        repeat {
            log = try String(contentsOfFile: folder + "/log/supervisor.log", encoding: .utf8)
            if ["notifier", "postgres", "kafka-server"].allSatisfy({ log.contains("Z \($0) is started again") }) {
                break
            }
            try await Task.sleep(for: .milliseconds(100))
        } while ContinuousClock.now < patience
        for name in ["notifier", "postgres", "kafka-server"] {
            #expect(log.contains("Z \(name) has ended; starting it again in 1 s"), "\(log)")
            #expect(log.contains("Z \(name) is started again"), "\(log)")
        }
        #expect(!log.contains("Killed"), "\(log)")
        try await unwatched()
        // Without the supervisor nothing comes back by itself; --detach brings it and the supervisor back.
        let supervisor = try #require(pid("supervisor"))
        kill(supervisor, SIGKILL)
        let service = try #require(pid("mash-screener"))
        kill(service, SIGKILL)
        let end = ContinuousClock.now.advanced(by: .seconds(10 * TestEnvironment.patience))
        while isRunning(service), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(50)) }
        let refused = try await script("run", ["--no-case"])
        #expect(refused.status == 1 && refused.said.contains("has ended: mash-screener"), "\(refused.said)")
        let resumed = try await script("run", ["--detach"])
        #expect(resumed.status == 0 && resumed.said.contains("starting mash-screener again"), "\(resumed.said)")
        #expect(pid("mash-screener") != service && pid("supervisor") != supervisor)
    }

    /// Everything runs on when the run folder is removed: nothing is started beside it, and all of it is stopped.
    private func beginWithoutFolder() async throws {
        let names = ["notifier", "referral-intake", "mash-screener", "escalation-tracker", "postgres", "kafka-server"]
        let running = try names.map { try #require(pid($0), "\($0)") }
        for pid in running { #expect(isRunning(pid)) }
        try removeFolder()
        let refused = try await script("run", ["--detach", "--no-case"])
        #expect(refused.status == 1 && refused.said.contains("Keepsight runs already from"), "\(refused.said)")
        #expect(refused.said.contains("notifier (process \(running[0]))"), "\(refused.said)")
        #expect(!refused.said.contains("building") && !refused.said.contains("private PostgreSQL"), "\(refused.said)")
        try removeFolder()
        let stopped = try await script("stop")
        for (name, pid) in zip(names, running) { #expect(!isRunning(pid), "\(name): \(stopped.said)") }
        // There is something to stop for whoever asks next.
        let again = try await script("run", ["--detach", "--no-case"], ["KEEPSIGHT_THROWAWAY_DATABASE": nil])
        #expect(again.status == 0, "\(again.said)")
        // Only for root the old one lay elsewhere.
        #expect(again.said.contains("THE DATABASE IS NEW") == (getuid() == 0), "\(again.said)")
    }

    /// At once, since who watches still writes into it.
    private func removeFolder() throws {
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-gone")
        try FileManager.default.removeItem(atPath: folder + "-gone")
    }

    /// A supervisor that dies or hangs alone is seen, and made anew beside what runs.
    private func unwatched() async throws {
        func services() async throws -> String {
            let asking = try ServiceChild(
                executable: "/bin/bash", arguments: ["-c", ". '\(folder)/env'; keepsight services"],
                environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""])
            #expect(await asking.ended(withinSeconds: 60))
            return asking.log
        }
        let (supervisor, service) = (try #require(pid("supervisor")), pid("notifier"))
        #expect(try await !services().contains("Nobody watches"))
        kill(supervisor, SIGKILL)
        let end = ContinuousClock.now.advanced(by: .seconds(10 * TestEnvironment.patience))
        while isRunning(supervisor), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(50)) }
        let said = try await services()
        #expect(said.contains("Nobody watches what deploy/run has started"), "\(said)")
        let refused = try await script("run", ["--no-case"])
        #expect(refused.status == 1 && refused.said.contains("Nobody watches it"), "\(refused.said)")
        let resumed = try await script("run", ["--detach"])
        #expect(resumed.status == 0 && resumed.said.contains("starting a supervisor"), "\(resumed.said)")
        #expect(pid("notifier") == service && pid("supervisor").map { $0 != supervisor && isRunning($0) } == true)
        let hung = try #require(pid("supervisor"))
        kill(hung, SIGSTOP)
        let stopped = try await services()
        #expect(stopped.contains("Process \(hung), which should, was stopped by a signal"), "\(stopped)")
        let woken = try await script("run", ["--detach"])
        #expect(woken.status == 0 && woken.said.contains("starting a supervisor"), "\(woken.said)")
        #expect(!isRunning(hung) && pid("supervisor").map { $0 != hung && isRunning($0) } == true)
        #expect(try await !services().contains("Nobody watches"))
    }
}
