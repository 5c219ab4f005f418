# shellcheck shell=bash
# Processes that the scripts start, by name: their ids, and ending them. A number in a file proves nothing, since it may
# have gone to another process: what the process runs is kept beside it and compared.

# start_process NAME COMMAND...: in the background, with its output in a log.
start_process() {
    local name=$1
    shift
    (
        close_inherited_files
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

# remember_process NAME PID
remember_process() {
    echo "$2" >"$run_dir/pid/$1"
    process_start_time "$2" >"$run_dir/pid/$1.started"
}

# When the process was started, in ticks since boot: with its id this names one process only.
process_start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# process_lives NAME: whether the process that was started under this name still runs.
process_lives() {
    local pid
    pid=$(cat "$run_dir/pid/$1" 2>/dev/null) || return 1
    [ -n "$pid" ] && [ -d "/proc/$pid" ] && [ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -c1)" != Z ] &&
        [ "$(process_start_time "$pid")" = "$(cat "$run_dir/pid/$1.started" 2>/dev/null)" ]
}

# stop_process NAME SECONDS [SIGNAL]: asks it to end, and makes it end when the time is over.
stop_process() {
    local name=$1 limit=$2 signal=${3:-TERM} pid
    if process_lives "$name"; then
        pid=$(cat "$run_dir/pid/$name")
        kill "-$signal" "$pid" 2>/dev/null || true
        if ! wait_until "$limit" "$name to stop" process_ended "$name"; then
            say "$name does not stop; ending it"
            kill -KILL "$pid" 2>/dev/null || true
        fi
    fi
    rm -f "$run_dir/pid/$name" "$run_dir/pid/$name.started"
}

process_ended() { ! process_lives "$1"; }
