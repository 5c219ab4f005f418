import Foundation
import Glibc
import TestSupport
import Testing

@testable import KeepsightCommand

/// A piece of bash that has the functions of deploy/lib, in a run folder of its own.
enum DeployFunctions {
    /// What it said on both streams, and its status.
    static func run(_ script: String, _ special: [String: String] = [:], seconds: Double = 30) async throws
        -> (status: Int32, said: String)
    {
        let folder = NSTemporaryDirectory() + "keepsight-run-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "KEEPSIGHT_RUN_DIR": folder, "HOME": "/tmp",
        ]
        // The process of the tests may have signals blocked, and so have its children: there is one that ends all.
        let library = """
            set -euo pipefail; . '\(TestEnvironment.project)/deploy/lib/start.sh'
            kill() {
                case $1 in -STOP | -CONT) builtin kill "$@" ;; -*) builtin kill -KILL "${@:2}" ;; *) builtin kill -KILL "$@" ;; esac
            }

            """
        let child = try ServiceChild(
            executable: "/bin/bash", arguments: ["-c", library + script],
            environment: environment.merging(special) { $1 })
        guard await child.ended(withinSeconds: seconds) else {
            child.send(SIGKILL)
            throw Missing("it does not end:\n\(child.log)")
        }
        return (child.ending.code, child.log)
    }
}

/// What runs from a run folder whose files are gone, and who watches that hangs.
struct DeployStrayTests {
    @Test("What was started is found when the files that knew of it are gone, and stopped; others' processes are not")
    func strays() async throws {
        // A service, a broker and a database by what they are called and were given; and a service of another folder.
        let script = """
            cp /bin/sleep "$run_dir/notifier"; mkfifo "$run_dir/a" "$run_dir/b"
            start_process notifier "$run_dir/notifier" 300
            KEEPSIGHT_STARTED_FROM=/elsewhere "$run_dir/notifier" 301 & other=$!
            disown
            start_foreign_process kafka-server-2 "" bash -c 'sleep 302; :' kafka "$run_dir/kafka-2/server.properties"
            start_foreign_process postgres "" bash -c 'exec -a /bin/postgres diff -D "$1" "$2" "$3"' x \\
                "$(postgres_place)/data" "$run_dir/a" "$run_dir/b"
            for name in notifier postgres kafka-server-2; do pids+=" $(cat "$run_dir/pid/$name")"; done
            until find_strays; [[ " ${other_folders[*]-} " = *" /elsewhere "* ]]; do sleep 0.1; done
            until grep -q -- -D "/proc/$(cat "$run_dir/pid/postgres")/cmdline"; do sleep 0.1; done
            echo "strays: ${#strays[@]}"
            rm -rf "$run_dir"
            find_strays; echo "found: $(printf '%s\\n' "${strays[@]%:*}" | sort | paste -sd ' ')"
            if anything_lives; then echo "seen without"; fi
            adopt_strays; if anything_lives; then echo "seen with"; fi
            stop_everything
            for pid in $pids; do if read_process "$pid" && [ "$process_state" != Z ]; then echo "$pid runs"; fi; done
            if kill "$other"; then echo "the other ran"; fi
            """
        let said = try await DeployFunctions.run("pids=; " + script, seconds: 120).said
        #expect(said.contains("strays: 0\n"), "\(said)")
        #expect(said.contains("found: kafka-server-2 notifier postgres\n"), "\(said)")
        #expect(!said.contains("seen without") && said.contains("seen with\n"), "\(said)")
        #expect(said.contains("and in none of its files: ") && said.contains("notifier (process "), "\(said)")
        #expect(!said.contains(" runs\n") && said.contains("the other ran\n"), "\(said)")
    }

    @Test("The processes of a server that was killed are waited for before the next one starts")
    func oldProcesses() async throws {
        let script = """
            id() { echo 1000; }; postgres_answers() { return 1; }; postgres_refuses_us() { return 1; }
            pg_place=$run_dir/p; mkdir -p "$pg_place/data"; pg_port=1; postgres_bin=$run_dir
            printf '#!/bin/bash\\necho started\\n' >"$run_dir/postgres"; chmod +x "$run_dir/postgres"
            (cd "$pg_place/data" && exec sleep 300) >/dev/null 2>&1 & held=$!
            disown
            until [ "/proc/$held/cwd" -ef "$pg_place/data" ]; do command sleep 0.1; done
            tries=0
            sleep() {
                tries=$((tries + 1))
                if [ -e "/proc/$held/cwd" ] && [ -s "$run_dir/log/postgres.log" ]; then echo "too early"; fi
                [ $tries -lt 3 ] || kill "$held" 2>/dev/null || true
                command sleep 0.1
            }
            try_postgres || echo "ended"; echo "after $tries: $(cat "$run_dir/log/postgres.log")"
            """
        let said = try await DeployFunctions.run(script, seconds: 60).said
        #expect(!said.contains("too early"), "\(said)")
        let tries = said.firstMatch(of: /after ([0-9]+): started/).flatMap { Int($0.1) }
        #expect(try #require(tries, "\(said)") >= 3, "\(said)")
    }

    @Test("A file in pid that was removed is written again by whoever watches, and said; not of what was stopped")
    func lostFile() async throws {
        let script = """
            open_clock() { :; }; tick=0
            pause_a_second() {
                tick=$((tick + 1))
                case $tick in
                    1) rm "$run_dir/pid/notifier" "$run_dir/pid/notifier.started" ;;
                    2) rm "$run_dir/pid/mash-screener.started" ;;
                    3) process_lives notifier && process_lives mash-screener && echo "both are there" ;;
                    4) stop_process notifier 10; stop_process mash-screener 10 ;;
                    9) exit 1 ;;
                esac
            }
            say() { echo "$*"; }; start_again() { echo "start $1"; }
            start_process notifier sleep 300; start_process mash-screener sleep 300
            watch_everything; echo "ended by itself after $tick"
            """
        let said = try await DeployFunctions.run(script, seconds: 60).said
        #expect(said.contains("the file of notifier was removed from "), "\(said)")
        #expect(said.contains("the file of mash-screener was removed from "), "\(said)")
        #expect(said.contains("both are there\n") && said.contains("ended by itself after 4\n"), "\(said)")
        #expect(!said.contains("start "), "\(said)")
    }

    @Test("Who watches ends when its run folder is removed, or when another watches: 2 and 3")
    func folderGone() async throws {
        let script = """
            open_clock() { :; }; say() { echo "$*"; }; watch_name=supervisor
            start_process notifier sleep 300; pid=$(cat "$run_dir/pid/notifier")
            pause_a_second() { mv "$run_dir" "$run_dir-moved"; mkdir -p "$run_dir/pid"; }
            status=0; watch_everything || status=$?; echo "folder: $status"
            rm -r "$run_dir"; mv "$run_dir-moved" "$run_dir"
            pause_a_second() { start_process supervisor sleep 300; }
            status=0; watch_everything || status=$?; echo "another: $status"
            stop_process supervisor 5; stop_process notifier 5
            """
        let said = try await DeployFunctions.run(script, seconds: 60).said
        #expect(said == "folder: 2\nanother: 3\n", "\(said)")
    }

    @Test("Who watches is nobody once it was stopped by a signal, or has not looked for a while: in bash as in Swift")
    func hangs() async throws {
        let script = """
            start_process supervisor sleep 300; pid=$(cat "$run_dir/pid/supervisor")
            see() { if watches supervisor; then echo "$1: watches"; else echo "$1: does not"; fi; }
            see new; watch_name=supervisor; note_beat; see fresh
            read -r uptime _ </proc/uptime; echo $((${uptime%.*} - 20)) >"$run_dir/pid/supervisor.beat"; see stale
            note_beat; kill -STOP "$pid"; until process_lives supervisor && [ "$process_state" = T ]; do :; done; see stopped
            cp -r "$run_dir/pid" "$copy.half"; mv "$copy.half" "$copy.stopped"
            until [ -e "$copy.seen" ]; do sleep 0.1; done
            kill -CONT "$pid"; until process_lives supervisor && [ "$process_state" != T ]; do :; done; note_beat
            see woken; stop_process supervisor 5
            """
        let copy = NSTemporaryDirectory() + "keepsight-pids-\(UUID().uuidString)"
        defer { for state in ["seen", "stopped"] { try? FileManager.default.removeItem(atPath: copy + "." + state) } }
        // The copy of its folder is looked at while the process is as it was then.
        async let said = DeployFunctions.run(script, ["copy": copy], seconds: 60)
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while !FileManager.default.fileExists(atPath: copy + ".stopped"), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
        }
        let stopped = Supervision(environment: ["KEEPSIGHT_RUN_PIDS": copy + ".stopped"])?.line.problem ?? ""
        _ = FileManager.default.createFile(atPath: copy + ".seen", contents: nil)
        let all = try await said.said
        #expect(all == "new: watches\nfresh: watches\nstale: does not\nstopped: does not\nwoken: watches\n", "\(all)")
        #expect(stopped.contains("Nobody watches") && stopped.contains("was stopped by a signal"), "\(stopped)")
    }

    @Test("'keepsight services' names a supervisor that lives and has not looked for a while")
    func staleBeat() throws {
        let folder = NSTemporaryDirectory() + "keepsight-pids-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stat = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        let started = try #require(stat.split(separator: ")").last?.split(separator: " ")[19])
        let now = try #require(
            Double(try String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ")[0]))
        try "\(getpid())\n".write(toFile: folder + "/supervisor", atomically: true, encoding: .utf8)
        try "\(started)\n".write(toFile: folder + "/supervisor.started", atomically: true, encoding: .utf8)
        let supervision = try #require(Supervision(environment: ["KEEPSIGHT_RUN_PIDS": folder]))
        #expect(supervision.line.problem == "")
        for (age, isWatched) in [(0, true), (14, true), (30, false)] {
            try "\(Int(now) - age)\n".write(toFile: folder + "/supervisor.beat", atomically: true, encoding: .utf8)
            let problem = supervision.line.problem
            #expect((problem == "") == isWatched, "\(age): \(problem)")
            #expect(
                isWatched || problem.contains("Process \(getpid()), which should, has not looked for 3"), "\(problem)")
        }
    }

    @Test("What a log of PostgreSQL must not have is told to every server that we start, by one list")
    func postgresSettings() async throws {
        let list = try String(contentsOfFile: TestEnvironment.project + "/deploy/postgres.settings", encoding: .utf8)
        let settings = list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        for needed in [
            "log_error_verbosity=terse", "log_statement=none", "log_min_duration_statement=-1",
            "log_parameter_max_length=0", "log_parameter_max_length_on_error=0", "log_min_error_statement=panic",
        ] { #expect(settings.contains(needed), "\(needed)") }
        let compose = try String(contentsOfFile: TestEnvironment.project + "/deploy/compose.yaml", encoding: .utf8)
        let told = compose.matches(of: /(?m)^      - -c([a-z_]+=.*)$/).map { String($0.1) }
        #expect(told == settings)
        let own = try await DeployFunctions.run("common_settings; printf '%s\\n' \"${settings[@]}\"").said
        #expect(own.split(separator: "\n").filter { $0 != "-c" }.map(String.init) == settings)
    }
}
