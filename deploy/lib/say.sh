# shellcheck shell=bash
# What the scripts say: one line a step, with the seconds since the start.

say() { printf '[%3ds] %s\n' "$SECONDS" "$*"; }

die() {
    printf '[%3ds] %s\n' "$SECONDS" "$*" >&2
    exit 1
}

# Who watches says by this that it has not stopped, also while it waits.
beat() { :; }

# wait_until SECONDS WHAT COMMAND...: tries the command until it succeeds, and says now and then that it still waits.
wait_until() {
    local limit=$1 what=$2 start=$SECONDS next=10
    shift 2
    until "$@"; do
        beat
        [ $((SECONDS - start)) -lt "$limit" ] || return 1
        if [ $((SECONDS - start)) -ge "$next" ]; then
            say "still waiting for $what"
            next=$((next + 10))
        fi
        sleep 0.2
    done
}
