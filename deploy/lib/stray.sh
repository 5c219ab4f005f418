# shellcheck shell=bash
# What runs from the run folder and is in none of its files: the folder was removed under it, or one file was. Each process is
# known by what it is: ours by a variable that it was started with, Kafka by its settings, PostgreSQL by its data. Asking starts no
# other process.

# find_strays: sets strays to a list of NAME:PID of what lives, belongs to the run folder, and is not the process that the
# file of its name speaks of; and other_folders to those that something else of ours was started from.
find_strays() {
    local process pid remembered place
    place=$(postgres_place)
    strays=() other_folders=()
    for process in /proc/[0-9]*; do
        pid=${process##*/}
        if [ "$pid" = "$$" ] || [ "$pid" = "$BASHPID" ] || ! { [ -O "$process" ] || [ "$EUID" = 0 ]; }; then continue; fi
        name_process "$pid" || continue
        remembered=
        { read -r remembered <"$run_dir/pid/$process_name"; } 2>/dev/null || true
        if [ "$remembered" != "$pid" ] || ! process_lives "$process_name"; then strays+=("$process_name:$pid"); fi
    done
}

# name_process PID: sets process_name, if it was started from this run folder.
name_process() {
    local words=() word
    process_name=
    { mapfile -d '' -t words <"/proc/$1/cmdline"; } 2>/dev/null || return 1
    [ ${#words[@]} -gt 0 ] || return 1
    word=${words[0]##*/}
    case $word in
        postgres)
            # The server itself: its sessions have a title in the place of words.
            if [ "${words[1]-} ${words[2]-}" = "-D $place/data" ]; then process_name=postgres; fi
            ;;
        keepsight) if [ "${words[1]-}" = dev-broker ] && was_started_here "$1"; then process_name=dev-broker; fi ;;
        java | bash | sh)
            for word in "${words[@]}"; do
                case $word in
                    "$run_dir/kafka/server.properties") process_name=kafka-server ;;
                    "$run_dir/kafka-"[2-9]/server.properties)
                        word=${word#"$run_dir/kafka-"}
                        process_name=kafka-server-${word%%/*}
                        ;;
                    "$lib_dir/supervise") if was_started_here "$1"; then process_name=supervisor; fi ;;
                esac
            done
            ;;
        *)
            if [[ " ${service_names[*]} " = *" $word "* ]] && was_started_here "$1"; then process_name=$word; fi
            ;;
    esac
    [ -n "$process_name" ]
}

# was_started_here PID: by the variable that start_process gives to what is ours.
was_started_here() {
    local entry
    while IFS= read -r -d '' entry; do
        case $entry in
            "KEEPSIGHT_STARTED_FROM=$run_dir") return 0 ;;
            KEEPSIGHT_STARTED_FROM=*)
                entry=${entry#*=}
                if [[ " ${other_folders[*]-} " != *" $entry "* ]]; then other_folders+=("$entry"); fi
                return 1
                ;;
        esac
    done 2>/dev/null <"/proc/$1/environ"
    return 1
}

# adopt_stray NAME: what runs under this name and is in no file is taken for it, since a second one would find its port or its data
# taken. Whether there is one.
adopt_stray() {
    local stray
    find_strays
    for stray in ${strays[@]+"${strays[@]}"}; do
        if [ "${stray%:*}" = "$1" ]; then
            remember_process "$1" "${stray##*:}"
            process_lives "$1"
            return
        fi
    done
    return 1
}

# adopt_strays: gives them files of their own, so that they are seen and stopped as all others; says which. Where a process of the
# same name has one and lives, the stray stays one.
adopt_strays() {
    local stray name said=()
    find_strays
    [ ${#strays[@]} -gt 0 ] || return 0
    mkdir -p "$run_dir/log" "$run_dir/pid"
    for stray in "${strays[@]}"; do
        name=${stray%:*}
        said+=("$name (process ${stray##*:})")
        process_lives "$name" || remember_process "$name" "${stray##*:}"
    done
    say "started from $run_dir, and in none of its files: ${said[*]}"
}
