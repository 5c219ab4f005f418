# shellcheck shell=bash
# Which variables count: those that somebody has set for this start, not those that an earlier start has left behind; and
# of all of them a program of somebody else's gets only what it needs.

# fingerprint NAME: of a variable with its value.
fingerprint() { printf '%s=%s' "$1" "${!1-}" | sha256sum | cut -c1-16; }

# The file .run/env marks what points to servers of that start: KEEPSIGHT_RUN_ENV has NAME:FINGERPRINT for each. Those
# servers may be gone, or belong to a sample that somebody looks at. A variable that was changed since counts.
leave_run_environment() {
    local entry name left=()
    for entry in ${KEEPSIGHT_RUN_ENV-}; do
        name=${entry%%:*}
        [[ $name =~ ^(KAFKA|KEEPSIGHT)_[A-Z_]+$ ]] || continue
        if [ -n "${!name-}" ] && [ "${entry#*:}" = "$(fingerprint "$name")" ]; then
            unset "$name"
            left+=("$name")
        fi
    done
    unset KEEPSIGHT_RUN_ENV
    [ ${#left[@]} -gt 0 ] || return 0
    say "not used, since they come from the env file of an earlier start: ${left[*]} (to use them: export KEEPSIGHT_RUN_ENV=)"
}

# run_marks NAME...: what KEEPSIGHT_RUN_ENV is to say of these.
run_marks() {
    local name marks=()
    for name in "$@"; do marks+=("$name:$(fingerprint "$name")"); done
    echo "${marks[*]}"
}

# keep_only NAME...: of the environment, these and what every program needs. In a subshell, before it becomes the program:
# `env -i` would show values to whoever lists processes.
keep_only() {
    local name
    for name in $(compgen -e); do
        case $name in
            PATH | HOME | USER | LOGNAME | SHELL | LANG | LANGUAGE | LC_* | TZ | TMPDIR | LD_LIBRARY_PATH) ;;
            *) case " $* " in *" $name "*) ;; *) unset "$name" 2>/dev/null || true ;; esac ;;
        esac
    done
}
