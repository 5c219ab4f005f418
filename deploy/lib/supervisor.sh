# shellcheck shell=bash
# Watches what was started, and starts again what has ended without anybody's having asked for it: the database, the broker,
# the services. In the foreground deploy/run does that itself; with --detach a process of its own, the supervisor.

# Between two tries of what ends again and again, at the most; and how long it has to live to be begun with anew.
longest_delay=60

# What the process that watches is called: a deploy/run that has not ended, or the supervisor.
watch_name=watcher

# watch_everything: until everything was stopped on purpose. 1 if what has ended cannot be had back, 2 if the run folder was
# removed, 3 if another process watches now.
watch_everything() {
    local -A tries=() due=() since=() seen=()
    local name file any watched_folder
    open_clock
    exec {watched_folder}<"$run_dir"
    beat() { note_beat; }
    while true; do
        [ "/proc/$BASHPID/fd/$watched_folder" -ef "$run_dir" ] || return 2
        ! somebody_else_watches || return 3
        beat
        restore_files
        any=
        for file in "$run_dir"/pid/*.started; do
            name=${file##*/} name=${name%.started}
            if [ "$name" = supervisor ] || [ "$name" = watcher ] || [ ! -e "$file" ]; then continue; fi
            any=yes
            if process_lives "$name"; then
                seen[$name]="$process_id $process_started"
                if [ -n "${tries[$name]-}" ] && [ $((EPOCHSECONDS - since[$name])) -ge $longest_delay ]; then
                    unset "tries[$name]"
                fi
            elif should_run "$name"; then
                see_to "$name" || return 1
            fi
        done
        [ -n "$any" ] || return 0
        pause_a_second
    done
}

# note_beat: by this others see that this process has not stopped. Seconds since the machine was started, which no clock moves.
note_beat() {
    local uptime
    { read -r uptime _ </proc/uptime && echo "${uptime%.*}" >"$run_dir/pid/$watch_name.beat"; } 2>/dev/null || true
}

# Whether this one was taken for dead, and is too many: the supervisor takes over from a deploy/run, and the latest from others.
somebody_else_watches() { process_lives supervisor && [ "$process_id" != "$BASHPID" ]; }

# restore_folder: what lives is found by what it is. A service that does not has ended: whoever stops one takes its file away, and
# never the folder.
restore_folder() {
    local name
    mkdir "$run_dir/pid"
    chmod 700 "$run_dir/pid"
    remember_process "$watch_name" "$BASHPID"
    adopt_strays
    [ -n "${KEEPSIGHT_SERVICE_URLS-}" ] || return 0
    for name in "${service_names[@]}"; do
        if [ -e "$run_dir/pid/$name" ]; then continue; fi
        : >"$run_dir/pid/$name"
        : >"$run_dir/pid/$name.started"
    done
}

# restore_files: what was seen and lives, and has no file any more, would neither be stopped nor started again.
restore_files() {
    local name pid started
    if [ ! -d "$run_dir/pid" ]; then restore_folder; fi
    for name in "${!seen[@]}"; do
        if [ -e "$run_dir/pid/$name" ] && [ -e "$run_dir/pid/$name.started" ]; then continue; fi
        pid=${seen[$name]% *} started=${seen[$name]#* }
        unset "seen[$name]"
        if read_process "$pid" && [ "$process_state" != Z ] && [ "$process_started" = "$started" ]; then
            remember_process "$name" "$pid"
            say "the file of $name was removed from $run_dir/pid; it is process $pid, and is looked after as before"
        fi
    done
}

# see_to NAME: it has ended; starts it again when its time has come.
see_to() {
    local name=$1 delay
    if [ "$name" = dev-broker ]; then
        say "the broker in memory has ended, and everything on it is gone; nothing that runs is of use without it"
        return 1
    fi
    if [ -z "${due[$name]-}" ]; then
        tries[$name]=$((${tries[$name]:-0} + 1))
        delay=$((tries[$name] > 6 ? longest_delay : 1 << (tries[$name] - 1)))
        due[$name]=$((EPOCHSECONDS + delay))
        since[$name]=$EPOCHSECONDS
        say "$name has ended; starting it again in $delay s. What it said last is in $run_dir/log/$name.log"
        return 0
    fi
    [ "$EPOCHSECONDS" -ge "${due[$name]}" ] || return 0
    unset "due[$name]"
    since[$name]=$EPOCHSECONDS
    if adopt_stray "$name"; then
        say "$name runs as process $process_id, which was in no file; it is looked after from now on"
        return 0
    fi
    if start_again "$name"; then say "$name is started again"; else say "$name did not start"; fi
}

# start_again NAME: on the same port and the same data as before.
start_again() {
    case $1 in
        postgres) try_postgres ;;
        kafka-server) launch_kafka 1 ;;
        kafka-server-*) launch_kafka "${1##*-}" ;;
        *) start_service "$1" "$(service_port "$1")" ;;
    esac
}

# A second without another process: nobody ever writes into this pipe.
open_clock() {
    [ -z "${clock-}" ] || return 0
    rm -f "$run_dir/clock"
    mkfifo "$run_dir/clock"
    exec {clock}<>"$run_dir/clock"
    rm -f "$run_dir/clock"
}

pause_a_second() { read -rt 1 -u "$clock" || true; }

# start_supervisor: a program of its own, which can be told from others; it reads what write_state has written.
start_supervisor() {
    KEEPSIGHT_RUN_DIR=$run_dir start_process supervisor "$lib_dir/supervise"
    forget_process watcher
}

# This process sees to what it starts, from now on until it ends or a supervisor takes over.
watch_myself() {
    # One that was killed leaves its beat, by which this one would seem to hang while it starts what it will watch.
    rm -f "$run_dir/pid/watcher.beat"
    remember_process watcher $$
}

# Whether anybody would start again what ends: a supervisor, or a deploy/run that has not ended; one that was stopped (SIGSTOP,
# Ctrl-Z) or hangs would not.
somebody_watches() { watches supervisor || watches watcher; }

# How long who watches may not have looked, in seconds. 'keepsight services' has the same.
longest_beat=15

# watches NAME
watches() {
    local uptime beat
    process_lives "$1" || return 1
    case $process_state in T | t) return 1 ;; esac
    # Before it begins to watch it starts what it will watch, and has no beat.
    { read -r beat <"$run_dir/pid/$1.beat"; } 2>/dev/null || return 0
    read -r uptime _ </proc/uptime
    [ $((${uptime%.*} - beat)) -le $longest_beat ]
}

# What should run and does not, in the order in which it is started.
ended_processes() {
    local name ended=()
    for name in postgres kafka-server kafka-server-{2..5} dev-broker "${service_names[@]}"; do
        if should_run "$name" && ! process_lives "$name"; then ended+=("$name"); fi
    done
    echo "${ended[*]-}"
}

# What start_again needs to know, for a shell that has not started anything itself.
write_state() {
    local name
    {
        for name in $(compgen -e); do
            case $name in
                KEEPSIGHT_RUN_DIR | KEEPSIGHT_RUN_ENV | KEEPSIGHT_DATABASE_URL) ;;
                KEEPSIGHT_* | KAFKA_*) printf 'export %s=%q\n' "$name" "${!name}" ;;
            esac
        done
        for name in KEEPSIGHT_DATABASE_URL bin_dir tls pg_place pg_port kafka_home own_database own_broker; do
            printf '%s=%q\n' "$name" "${!name-}"
        done
    } >"$run_dir/state"
}

# Whether every broker of ours that should run has come up.
started_kafka_answers() {
    local number
    for number in $(seq "$(kafka_brokers)"); do
        if should_run "$(kafka_process "$number")"; then kafka_answers "$number" || return 1; fi
    done
}

# resume NAME...: starts what has ended beside what still runs.
resume() {
    local name resuming=yes
    # What the process that watches would do at the same moment is done here.
    stop_process supervisor 10
    forget_process watcher
    # shellcheck disable=SC1091
    . "$run_dir/state"
    export -n KEEPSIGHT_DATABASE_URL
    for name in "$@"; do
        if [ "$name" = dev-broker ]; then die "the broker in memory has ended, and everything on it is gone: deploy/stop, then start anew"; fi
        # A service that starts before the broker answers gives up.
        case $name in postgres | kafka-server*) ;; *) wait_until 60 Kafka started_kafka_answers || true ;; esac
        say "starting $name again"
        # What does not start is no reason to leave the rest as it is, with nobody who watches.
        start_again "$name" || say "$name does not start; see $run_dir/log/$name.log. The supervisor goes on trying."
    done
    # They are judged by what they say of the broker.
    wait_until 60 Kafka started_kafka_answers || true
    local services=()
    for name in "${service_names[@]}"; do if should_run "$name"; then services+=("$name"); fi; done
    await_services ${services[@]+"${services[@]}"}
    start_supervisor
}
