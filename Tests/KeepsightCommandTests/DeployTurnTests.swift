import Foundation
import TestSupport
import Testing

/// Two starts at the same moment, and a run folder that has lost what says how it was started.
struct DeployTurnTests {
    @Test("One start at a time: a second one ends at once and says who starts; what was started does not hold the turn")
    func turns() async throws {
        // With a KAFKA_HOME that cannot work, a start that takes no turn ends before it builds anything.
        let script = """
            try() { KAFKA_HOME=/nowhere "$home_dir/deploy/run" --detach --no-case 2>&1 || echo "status $?"; }
            ( take_turn; start_process notifier sleep 300; try; echo "$BASHPID" >"$run_dir/id" )
            try; stop_process notifier 5
            """
        let said = try await DeployFunctions.run(script, seconds: 60).said
        let lines = said.split(separator: "\n").map(String.init)
        try #require(lines.count == 4, "\(said)")
        #expect(
            lines[0].contains("another deploy/run is starting Keepsight from ") && lines[1] == "status 1", "\(said)")
        // That there is something running comes first, and that it lost its state.
        #expect(!lines[2].contains("another deploy/run") && lines[3] == "status 1", "\(said)")
    }

    @Test(
        "The file that keeps a second server from the data of one that lives is left there; that of a dead one is not")
    func postmasterFile() async throws {
        let script = """
            id() { echo 1000; }; postgres_answers() { return 1; }; postgres_refuses_us() { return 1; }
            wait_until() { return 1; }
            pg_place=$run_dir/p; mkdir -p "$pg_place/data"; pg_port=1; postgres_bin=$run_dir
            printf '#!/bin/bash\\nexit 0\\n' >"$run_dir/postgres"; chmod +x "$run_dir/postgres"
            (cd "$pg_place/data" && exec sleep 300) >/dev/null 2>&1 & held=$!
            disown
            until [ "/proc/$held/cwd" -ef "$pg_place/data" ]; do sleep 0.1; done
            echo "$held" >"$pg_place/data/postmaster.pid"
            try_postgres || true
            if [ -e "$pg_place/data/postmaster.pid" ]; then echo "lives: left"; fi
            kill "$held"; until [ ! -e "/proc/$held/cwd" ]; do sleep 0.1; done
            try_postgres || true
            if [ ! -e "$pg_place/data/postmaster.pid" ]; then echo "dead: removed"; fi
            """
        let said = try await DeployFunctions.run(script, seconds: 60).said
        #expect(said.contains("lives: left\n") && said.contains("dead: removed\n"), "\(said)")
    }

    @Test("What runs under a name whose own process has ended is looked after, and nothing is started beside it")
    func duplicate() async throws {
        let script = """
            open_clock() { :; }; say() { echo "$*"; }; tick=0
            pause_a_second() {
                tick=$((tick + 1)); EPOCHSECONDS=$((EPOCHSECONDS + 2))
                if [ "$tick" = 6 ]; then stop_process notifier 5; fi
                if [ "$tick" -gt 6 ]; then exit 1; fi
            }
            unset EPOCHSECONDS; EPOCHSECONDS=100
            start_again() { echo "start $1"; return 1; }
            cp /bin/sleep "$run_dir/notifier"
            start_process notifier "$run_dir/notifier" 300; stray=$(cat "$run_dir/pid/notifier")
            start_process notifier "$run_dir/notifier" 301; own=$(cat "$run_dir/pid/notifier")
            until find_strays; [ ${#strays[@]} = 1 ]; do sleep 0.1; done
            builtin kill -KILL "$own"; until process_ended notifier; do sleep 0.1; done
            watch_everything
            if read_process "$stray" && [ "$process_state" != Z ]; then echo "the stray is left"; fi
            """
        let said = try await DeployFunctions.run(script, seconds: 60).said
        #expect(
            said.contains("notifier runs as process ") && said.contains("it is looked after from now on"), "\(said)")
        #expect(!said.contains("start notifier") && !said.contains("the stray is left"), "\(said)")
    }

    @Test(
        "A run folder that lost its state is to be stopped, and is not told to start itself; one that lost env alone gets it back"
    )
    func lostFiles() async throws {
        let script = """
            cp /bin/sleep "$run_dir/notifier"; start_process notifier "$run_dir/notifier" 300
            start_process mash-screener sleep 300; builtin kill -KILL "$(cat "$run_dir/pid/mash-screener")"
            KAFKA_HOME=/nowhere "$home_dir/deploy/run" --detach --no-case 2>&1 || echo "status $?"
            KAFKA_BOOTSTRAP_SERVERS=b:1 KEEPSIGHT_DATABASE_URL=postgresql://o@h/d KEEPSIGHT_SERVICE_URLS=n=u bin_dir=/b own_broker=yes
            export KAFKA_BOOTSTRAP_SERVERS KEEPSIGHT_SERVICE_URLS
            write_state; write_environment; mv "$run_dir/env" "$run_dir/env-before"
            unset KAFKA_BOOTSTRAP_SERVERS KEEPSIGHT_DATABASE_URL KEEPSIGHT_SERVICE_URLS bin_dir own_broker
            mend_environment; cmp "$run_dir/env" "$run_dir/env-before" && echo "the same"
            mend_environment; stop_process notifier 5
            """
        let said = try await DeployFunctions.run(script, seconds: 60).said
        #expect(said.contains("Stop it with deploy/stop") && said.contains("status 1\n"), "\(said)")
        #expect(!said.contains("starts it again") && !said.contains("starts a supervisor"), "\(said)")
        #expect(!said.contains("use it: ."), "\(said)")
        #expect(said.contains("the same\n") && said.components(separatedBy: "is written again").count == 2, "\(said)")
    }

    @Test("Services that are not healthy are waited for together, for one minute and not for one each")
    func oneMinute() async throws {
        let script = """
            wait_until() { echo "limit $1"; SECONDS=$((SECONDS + $1)); return 1; }
            service_is_ready() { return 1; }; service_failed() { echo "failed $1"; }
            SECONDS=0; await_services "${service_names[@]}"
            """
        let said = try await DeployFunctions.run(script).said
        #expect(said.components(separatedBy: "failed ").count == 5, "\(said)")
        let limits = said.matches(of: /limit ([0-9]+)/).compactMap { Int($0.1) }
        #expect(limits.count == 4 && limits[0] == 60 && limits.dropFirst().allSatisfy { $0 <= 1 }, "\(said)")
    }
}
