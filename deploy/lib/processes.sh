# shellcheck shell=bash
# Processes that the scripts start, by name: their ids, and ending them. A number in a file proves nothing, since it may
# have gone to another process: when the process was started is kept beside it and compared. A name has a file as long as
# its process should run; one with the ending `.stopping` says that somebody is ending it on purpose. What belongs to the run
# folder is known by what it is as well (stray.sh), since files are soon removed.
#
# Whether a process lives is asked every second for as long as Keepsight runs, so asking starts no other process.

# take_turn: one start at a time from this folder. Two that do not know of each other would start everything twice, and each would end
# what the other has started. The lock goes with the process, however that ends.
take_turn() {
    exec {turn}>>"$run_dir/turn"
    if flock -n "$turn"; then
        echo "$$" >"$run_dir/turn"
        return 0
    fi
    die "another deploy/run is starting Keepsight from $run_dir, process $(cat "$run_dir/turn"): wait until it has, or give this one a" \
        "KEEPSIGHT_RUN_DIR of its own"
}

# end_turn: what was to be started is started.
end_turn() {
    exec {turn}>&-
    turn=
}

# start_process NAME COMMAND...: in the background, with its output in a log.
start_process() {
    local name=$1
    shift
    (
        close_inherited_files
        # By this it is found where its files are gone.
        export KEEPSIGHT_STARTED_FROM=$run_dir
        exec setsid "$@"
    ) >>"$run_dir/log/$name.log" 2>&1 </dev/null &
    remember_process "$name" $!
}

# start_foreign_process NAME VARIABLES COMMAND...: the same for a program that is not ours. Of the environment it gets those
# variables only: passwords are no business of its.
start_foreign_process() {
    local name=$1 variables=$2
    shift 2
    (
        close_inherited_files
        # shellcheck disable=SC2086
        keep_only $variables
        exec setsid "$@"
    ) >>"$run_dir/log/$name.log" 2>&1 </dev/null &
    remember_process "$name" $!
}

# A process that stays must hold none of its caller's files open: whoever waits for their end would wait for it.
close_inherited_files() {
    local file
    for file in /proc/self/fd/*; do
        file=${file##*/}
        [ "$file" -le 2 ] || eval "exec $file>&-"
    done
}

# remember_process NAME PID: a child that was just started. The shell forgets it, so that it does not say `Killed` with a
# line of the script.
remember_process() {
    disown "$2" 2>/dev/null || true
    rm -f "$run_dir/pid/$1.stopping" "$run_dir/pid/$1.beat"
    echo "$2" >"$run_dir/pid/$1"
    if read_process "$2"; then echo "$process_started" >"$run_dir/pid/$1.started"; fi
}

# read_process PID: sets process_state and process_started, in ticks since boot, which with the id names one process only.
read_process() {
    local line fields
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra fields <<<"${line##*) }"
    process_state=${fields[0]} process_started=${fields[19]}
}

# process_lives NAME: whether the process that was started under this name still runs. Sets process_id and process_state.
process_lives() {
    local started
    { read -r process_id <"$run_dir/pid/$1" && read -r started <"$run_dir/pid/$1.started"; } 2>/dev/null || return 1
    read_process "$process_id" && [ "$process_state" != Z ] && [ "$process_started" = "$started" ]
}

# should_run NAME: whether it was started, and nobody has ended it or is about to.
should_run() { [ -e "$run_dir/pid/$1" ] && [ ! -e "$run_dir/pid/$1.stopping" ]; }

# announce_stop NAME...: whoever watches them does not start them again.
announce_stop() {
    local name
    for name in "$@"; do if [ -e "$run_dir/pid/$name" ]; then : >"$run_dir/pid/$name.stopping"; fi; done
}

# stop_process NAME SECONDS [SIGNAL]: asks it to end, and makes it end when the time is over.
stop_process() {
    local name=$1 limit=$2 signal=${3:-TERM} pid
    announce_stop "$name"
    if process_lives "$name"; then
        pid=$(cat "$run_dir/pid/$name")
        kill "-$signal" "$pid" 2>/dev/null || true
        if ! wait_until "$limit" "$name to stop" process_ended "$name"; then
            say "$name does not stop; ending it"
            kill -KILL "$pid" 2>/dev/null || true
            # Who watches takes one that lives and has no file for one whose file was removed.
            wait_until 10 "$name to end" process_ended "$name" || true
        fi
    fi
    forget_process "$name"
}

# forget_process NAME: it is nobody's whom we look after.
forget_process() { rm -f "$run_dir/pid/$1" "$run_dir/pid/$1.started" "$run_dir/pid/$1.stopping" "$run_dir/pid/$1.beat"; }

process_ended() { ! process_lives "$1"; }
