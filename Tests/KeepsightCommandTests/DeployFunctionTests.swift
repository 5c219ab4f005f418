import Foundation
import TestSupport
import Testing

/// The scripts in `deploy`, by their functions and as a whole, in a run folder of their own.
struct DeployFunctionTests {
    /// Runs a piece of bash that has the functions of deploy/lib; what it said on both streams, and its status.
    private func bash(_ script: String, _ special: [String: String] = [:], seconds: Double = 30) async throws
        -> (status: Int32, said: String)
    {
        let folder = NSTemporaryDirectory() + "keepsight-run-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "KEEPSIGHT_RUN_DIR": folder, "HOME": "/tmp",
        ]
        let library = "set -euo pipefail; . '\(TestEnvironment.project)/deploy/lib/start.sh'; "
        let child = try ServiceChild(
            executable: "/bin/bash", arguments: ["-c", library + script],
            environment: environment.merging(special) { $1 })
        #expect(await child.ended(withinSeconds: seconds))
        return (child.ending.code, child.log)
    }

    private static let show = "; echo \"kafka=${KAFKA_BOOTSTRAP_SERVERS-none} database=${KEEPSIGHT_DATABASE_URL-none}\""

    @Test(
        "trial F7: what .run/env has set is not taken for a wish, and is named; what was set since is, and so is a stranger's"
    )
    func marked() async throws {
        let endpoints = ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "KEEPSIGHT_DATABASE_URL": "postgresql://a@b/c"]
        let marks = try await bash("run_marks KAFKA_BOOTSTRAP_SERVERS KEEPSIGHT_DATABASE_URL", endpoints).said
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let marked = endpoints.merging(["KEEPSIGHT_RUN_ENV": marks]) { $1 }
        let left = try await bash("leave_run_environment" + Self.show, marked)
        #expect(left.said.contains("kafka=none database=none"), "\(left.said)")
        #expect(left.said.contains("not used") && left.said.contains("KAFKA_BOOTSTRAP_SERVERS KEEPSIGHT_DATABASE_URL"))
        let changed = try await bash(
            "leave_run_environment" + Self.show, marked.merging(["KAFKA_BOOTSTRAP_SERVERS": "other:9"]) { $1 })
        #expect(changed.said.contains("kafka=other:9 database=none"), "\(changed.said)")
        let own = try await bash("leave_run_environment" + Self.show, endpoints)
        #expect(own.said == "kafka=127.0.0.1:1 database=postgresql://a@b/c\n", "\(own.said)")
        let hostile = try await bash("leave_run_environment" + Self.show, ["KEEPSIGHT_RUN_ENV": "$(id):x PATH:y ;:z"])
        #expect(hostile.said == "kafka=none database=none\n", "\(hostile.said)")
    }

    @Test(
        "trial F16: a KAFKA_HOME that cannot work is seen before anything is built, with what to do",
        arguments: ["missing", "empty", "source", "with space"])
    func kafkaHome(_ kind: String) async throws {
        let folder = NSTemporaryDirectory() + "keepsight-kafka-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let home = kind == "with space" ? folder + "/a b" : folder + "/kafka"
        if kind != "missing" {
            try FileManager.default.createDirectory(atPath: home + "/bin", withIntermediateDirectories: true)
        }
        if kind == "source" || kind == "with space" {
            let script = home + "/bin/kafka-server-start.sh"
            _ = FileManager.default.createFile(atPath: script, contents: nil, attributes: [.posixPermissions: 0o755])
        }
        if kind == "with space" {
            try FileManager.default.createDirectory(atPath: home + "/libs", withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: home + "/libs/kafka-clients-4.0.0.jar", contents: nil)
        }
        for script in ["run", "test"] {
            let run = NSTemporaryDirectory() + "keepsight-run-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: run) }
            let child = try ServiceChild(
                executable: TestEnvironment.project + "/deploy/" + script, arguments: [],
                environment: [
                    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "KEEPSIGHT_RUN_DIR": run,
                    "KAFKA_HOME": home, "HOME": "/tmp",
                ])
            #expect(await child.ended(withinSeconds: 30))
            #expect(child.ending.code == 1, "\(child.log)")
            let said = child.log
            #expect(said.contains("KAFKA_HOME is \(home), "), "\(said)")
            #expect(said.split(separator: "\n").count == 1 && !said.contains("building"), "\(said)")
            let advice = [
                "missing": "no folder", "empty": "bin and libs", "source": "binary release", "with space": "ln -s",
            ]
            #expect(said.contains(advice[kind] ?? "?"), "\(said)")
        }
    }

    @Test(
        "trial D9: a program of somebody else's gets none of our variables; a service's own URL is made without a program"
    )
    func environment() async throws {
        let secret = [
            "KEEPSIGHT_DATABASE_URL": "postgresql://o:secret@h:5/db?sslmode=require", "KAFKA_HEAP_OPTS": "-Xmx1m",
        ]
        let kept = try await bash("(keep_only KAFKA_HEAP_OPTS; exec env)", secret).said
        #expect(
            !kept.contains("secret") && kept.contains("KAFKA_HEAP_OPTS=-Xmx1m") && kept.contains("PATH="), "\(kept)")
        let urls = """
            mkdir -p "$run_dir/role-passwords"; echo -n pw >"$run_dir/role-passwords/mash-screener"
            # Nothing but builtins and cat: whatever else ran would have the password in its arguments.
            sed() { echo "sed ran"; }
            service_database_url mash-screener; echo
            """
        #expect(
            try await bash(urls, secret).said == "postgresql://keepsight_mash_screener:pw@h:5/db?sslmode=require\n")
        #expect(
            try await bash(urls, ["KEEPSIGHT_DATABASE_URL": "postgresql://h/db"]).said
                == "postgresql://keepsight_mash_screener:pw@h/db\n")
    }

    @Test("trial F17: deploy/test ends with what failed, how many tests were skipped, and for what reasons")
    func testSummary() async throws {
        let log = """
            ➜ Suite WalkTests skipped: "needs Kafka: run deploy/test"
            ➜ Test "one, skipped or not" skipped: "needs Kafka: run deploy/test"
            \u{1B}[90m➜\u{1B}[0m Test two() skipped: "needs Kafka: run deploy/test"
            ➜ Test "three" skipped: "needs promtool"
            ✔ Test "four, which is not skipped" passed after 0.1 seconds.
            ✔ Test run with 4 tests in 2 suites passed after 0.1 seconds.
            """
        let file = NSTemporaryDirectory() + "keepsight-tests-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try (log + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let said = try await bash(". \"$lib_dir/test-summary.sh\"; test_summary '\(file)'").said
        #expect(said == "of 4 tests 3 were SKIPPED: 2 (needs Kafka: run deploy/test), 1 (needs promtool)\n", "\(said)")
        // Those that take longest run in a process of their own.
        try "✔ Test run with 7 tests in 2 suites passed\n✔ Test run with 2 tests passed\n".write(
            toFile: file, atomically: true, encoding: .utf8)
        #expect(
            try await bash(". \"$lib_dir/test-summary.sh\"; test_summary '\(file)'").said
                == "of 9 tests none was skipped\n")
        try """
        ✘ Test "five" recorded an issue at A.swift:1:2: Expectation failed: \u{1B}[90m1\u{1B}[0m == 2
        ↳ why
        ✔ Test "six" passed after 0.1 seconds.
        ✘ Suite A failed after 0.2 seconds with 1 issue.
        ✘ Test run with 2 tests in 1 suite failed after 0.2 seconds with 1 issue.

        """.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(
            try await bash(". \"$lib_dir/test-summary.sh\"; test_failures '\(file)'").said
                == "✘ Test \"five\" recorded an issue at A.swift:1:2: Expectation failed: 1 == 2\n")
    }

    @Test(
        "A database whose run folder was removed is taken up, or made anew and said; never while its server runs",
        .enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
    func leftoverCluster() async throws {
        let script = """
            pg_place=$(postgres_place); trap 'rm -rf "$pg_place" "$pg_place-set-aside-"*' EXIT
            password() { cat "$run_dir/postgres-password"; }
            make_cluster >/dev/null; first=$(password)
            echo other >"$run_dir/postgres-password"; make_cluster; [ "$(password)" = "$first" ] && echo mended
            rm "$run_dir"/postgres-*; KAFKA_BOOTSTRAP_SERVERS=k:1; make_cluster; [ "$(password)" = "$first" ] && echo kept
            (cd "$pg_place/data" && exec sleep 300) >/dev/null 2>&1 & server=$!
            disown "$server"
            until [ "$(readlink "/proc/$server/cwd")" = "$pg_place/data" ]; do sleep 0.1; done
            rm "$run_dir"/postgres-*; echo "$server" >"$pg_place/data/postmaster.pid"
            (make_cluster) || echo refused
            kill "$server"; rm "$pg_place/data/postmaster.pid"; unset KAFKA_BOOTSTRAP_SERVERS
            make_cluster; [ "$(password)" != "$first" ] && echo anew
            [ "$(cat "$cluster_was_set_aside/password")" = "$first" ] && echo "the old one is there"
            tell_of_new_database
            KEEPSIGHT_THROWAWAY_DATABASE=yes; rm "$run_dir/postgres-password"; make_cluster
            [ "$(echo "$pg_place-set-aside-"*)" = "$cluster_was_set_aside" ] && echo "only that one"
            """
        let said = try await bash(script, seconds: 120).said
        let parts = [
            "mended", "taking up the database", "kept", "still runs on", "kill -INT", "refused", "making it anew",
            "anew", "is kept in", "the old one is there", "THE DATABASE IS NEW", "rm -rf /", "only that one",
        ]
        for part in parts {
            #expect(said.contains(part), "\(part): \(said)")
        }
    }

    @Test("Another password than the data's is said as what it is, with what to do, and tried on one port only")
    func otherPassword() async throws {
        let script = """
            say() { echo "$*"; }; die() { echo "$*"; exit 1; }; postgres_bin=/bin; ln -sf /bin/true "$run_dir/initdb"
            postgres_bin=$run_dir; make_cluster() { :; }; stop_process() { :; }; try_postgres() { echo tried; return 1; }
            postgres_psql() { echo 'FATAL:  password authentication failed for user "keepsight"' >&2; return 2; }
            start_postgres
            """
        let said = try await bash(script)
        #expect(said.status == 1 && said.said.contains("has another password than"), "\(said.said)")
        #expect(said.said.contains("empty database: mv "), "\(said.said)")
        #expect(said.said.components(separatedBy: "tried\n").count == 2, "\(said.said)")
    }

    @Test("trial F9: what ends is started again after 1, 2, 4 … 60 s, and said; what is ended on purpose is not")
    func supervisor() async throws {
        // A clock of the test's own: each second of the watch is one of its, and nothing is waited for.
        let script = """
            unset EPOCHSECONDS; EPOCHSECONDS=1000; open_clock() { :; }
            pause_a_second() { EPOCHSECONDS=$((EPOCHSECONDS + 1)); [ $EPOCHSECONDS -lt 1200 ] || exit 0; }
            say() { echo "$EPOCHSECONDS $*"; }
            process_lives() { return 1; }
            start_again() { echo "$EPOCHSECONDS start $1"; }
            echo 1 >"$run_dir/pid/notifier"; echo 1 >"$run_dir/pid/notifier.started"
            echo 1 >"$run_dir/pid/postgres"; echo 1 >"$run_dir/pid/postgres.started"; : >"$run_dir/pid/postgres.stopping"
            watch_everything
            """
        let said = try await bash(script).said.split(separator: "\n").map(String.init)
        let starts = said.filter { $0.contains(" start ") }.compactMap { Int($0.prefix(4)) }
        #expect(zip(starts.dropFirst(), starts).map { $0 - $1 } == [3, 5, 9, 17, 33, 61, 61], "\(said)")
        #expect(said.first?.contains("notifier has ended; starting it again in 1 s") == true, "\(said)")
        #expect(!said.contains { $0.contains("postgres") }, "\(said)")
        #expect(said.allSatisfy { !$0.contains("Killed") })
    }
}
