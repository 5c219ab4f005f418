# shellcheck shell=bash
# Building the fuzzers of Tests/Fuzzers by the compiler itself, so that the package's own build is left alone.

fuzzer_names=(json envelope events policy)

# How each module is compiled: optimised, since a fuzzer lives from its speed, with the optimiser's checks left in.
# shellcheck disable=SC2054
fuzz_flags=(-O -g -swift-version 6 -wmo -package-name keepsight -parse-as-library -warnings-as-errors -sanitize=fuzzer,address
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility)

# build_fuzzers: all of them, into fuzz_dir/build, unless nothing has changed since.
build_fuzzers() {
    local build=$fuzz_dir/build stamp
    mkdir -p "$build"
    stamp=$(cd "$home_dir" && { swiftc --version && cat deploy/lib/fuzzers.sh &&
        find Tests/Fuzzers Shared/JSON Shared/Safeguarding Shared/Contracts Shared/Policy Shared/CYAML Shared/COpenSSL \
            -name '*.swift' -print -exec cat {} + -o -name shim.h -exec cat {} +; } 2>/dev/null | sha256sum)
    if [ "$stamp" = "$(cat "$build/stamp" 2>/dev/null)" ]; then return; fi
    rm -f "$build/stamp"
    say "building the fuzzers"
    build_fuzz_module JSON
    build_fuzz_module Safeguarding
    build_fuzz_module Contracts
    build_fuzz_module Policy
    at_once build_fuzzer "${fuzzer_names[@]}"
    echo "$stamp" >"$build/stamp"
}

# at_once TASK NAME...: a task for each name, side by side; the compiler uses one processor for each.
at_once() {
    local task=$1 name process status=0 processes=()
    shift
    for name in "$@"; do
        "$task" "$name" &
        processes+=("$!")
    done
    for process in "${processes[@]}"; do wait "$process" || status=1; done
    [ "$status" = 0 ] || exit 1
}

# build_fuzz_module NAME: one of ours, as an object and a module.
build_fuzz_module() {
    local files
    mapfile -t files < <(swift_files "$home_dir/Shared/$1")
    say "building $1"
    fuzz_compile "$1" -module-name "$1" -emit-module -emit-module-path "$fuzz_dir/build/$1.swiftmodule" -c \
        -o "$fuzz_dir/build/$1.o" "${files[@]}"
}

# build_fuzzer NAME: its folder in Tests/Fuzzers with what all share, linked with the modules.
build_fuzzer() {
    local folder modules=(JSON Safeguarding) module
    case $1 in
        json) folder=JSON ;;
        envelope) folder=Envelope modules+=(Contracts) ;;
        events) folder=Events modules+=(Contracts) ;;
        policy) folder=Policy modules+=(Contracts Policy) ;;
    esac
    local sources=("$home_dir/Tests/Fuzzers/Support/Promise.swift") objects=()
    for module in "${modules[@]}"; do objects+=("$fuzz_dir/build/$module.o"); done
    if [ "$folder" != Policy ]; then sources+=("$home_dir/Tests/Fuzzers/Support/SameJSON.swift"); fi
    say "building the fuzzer $1"
    # shellcheck disable=SC2046
    fuzz_compile "fuzz-$1" -module-name "${folder}Fuzzer" -o "$fuzz_dir/build/$1" "${sources[@]}" \
        $(swift_files "$home_dir/Tests/Fuzzers/$folder") "${objects[@]}" -lcrypto -lyaml
}

swift_files() { find "$1" -name '*.swift' | sort; }

# fuzz_compile WHAT ARGUMENTS...: the compiler with our flags; its messages only if it fails.
fuzz_compile() {
    local what=$1
    shift
    # The compiler leaves modules where it runs.
    (cd "$fuzz_dir/build" && exec swiftc "${fuzz_flags[@]}" -I "$fuzz_dir/build" -I "$home_dir/Shared/CYAML" \
        -I "$home_dir/Shared/COpenSSL" "$@") >"$fuzz_dir/build/$what.log" 2>&1 || {
        grep -E 'error|warning' "$fuzz_dir/build/$what.log" | head -n 20 >&2
        die "$what cannot be built; see $fuzz_dir/build/$what.log"
    }
}

# start_fuzzer NAME ARGUMENTS...: in place of this subshell, with the limits that every input has to keep.
start_fuzzer() {
    local name=$1
    shift
    export KEEPSIGHT_FUZZ_FOLDER=$policy_folder KEEPSIGHT_FUZZ_SAMPLE=$home_dir/Tests/Fuzzers/Policy/Smallest
    # The same hashes in every run, or the same input would take other ways. What is freed is kept for a while to catch
    # its use, within what the fuzzer may take altogether.
    export SWIFT_DETERMINISTIC_HASHING=1 SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=quarantine_size_mb=64:detect_leaks=1
    exec "$fuzz_dir/build/$name" -timeout=5 -rss_limit_mb=512 -malloc_limit_mb=256 "$@"
}

# fuzz NAME: run_fuzzer in a process of its own, which takes its fuzzer with it.
fuzz() {
    trap 'if [ -n "$fuzzer" ]; then kill "$fuzzer" 2>/dev/null || true; fi' EXIT
    trap 'exit 143' INT TERM
    run_fuzzer "$1"
}

# run_fuzzer NAME: within runs and seconds, with a line now and then; its line of the table is in a file.
run_fuzzer() {
    local name=$1 log=$run_dir/log/fuzz-$1.log status=0
    local corpus=$fuzz_dir/corpus/$name seeds=$fuzz_dir/seeds/$name failed=$fuzz_dir/failed
    mkdir -p "$corpus" "$failed"
    write_seeds "$name" "$seeds"
    write_dictionary "$name" "$fuzz_dir/$name.dict"
    local limits=()
    [ -z "$runs" ] || limits+=("-runs=$runs")
    if [ -n "$seconds" ] || [ -z "$runs" ]; then limits+=("-max_total_time=${seconds:-30}"); fi
    [ -z "$seed" ] || limits+=("-seed=$seed")
    say "fuzzing $name: $(find "$corpus" "$seeds" -type f | wc -l) inputs to begin with"
    start_fuzzer "$name" "${limits[@]}" -print_final_stats=1 -use_value_profile=1 -max_len=8192 -dict="$fuzz_dir/$name.dict" \
        -artifact_prefix="$failed/$name-" "$corpus" "$seeds" >"$log" 2>&1 </dev/null &
    fuzzer=$!
    local next=$((SECONDS + 10))
    while kill -0 "$fuzzer" 2>/dev/null; do
        sleep 0.5
        if [ $SECONDS -ge $next ]; then
            say "fuzzing $name: $(grep -a '^#' "$log" | tail -n 1 | tr '\t' ' ' | cut -c1-100)"
            next=$((SECONDS + 10))
        fi
    done
    wait "$fuzzer" || status=$?
    fuzzer=
    add_fuzz_result "$name" "$log" "$status"
    [ "$status" = 0 ] || fuzz_failed "$name" "$log"
}

# fuzz_failed NAME LOG: says what failed, where its input is and how to run it again; returns a failure.
fuzz_failed() {
    local input
    grep -a -m 3 -E 'Fatal error|ERROR: |SUMMARY: ' "$2" | cut -c1-200 >&2 || true
    input=$(sed -n 's/.*Test unit written to //p' "$2" | tail -n 1)
    if [ -n "$input" ]; then
        say "$1 failed with the input $input; again: deploy/fuzz --target $1 --again $input" >&2
    fi
    say "all that $1 said is in $2" >&2
    return 1
}

# add_fuzz_result NAME LOG STATUS: into fuzz_dir/NAME.result.
add_fuzz_result() {
    local inputs speed covered edges peak result
    inputs=$(fuzz_figure number_of_executed_units "$2")
    speed=$(fuzz_figure average_exec_per_sec "$2")
    peak=$(fuzz_figure peak_rss_mb "$2")
    covered=$(grep -a -o 'cov: [0-9]*' "$2" | tail -n 1 | cut -c6-)
    edges=$(sed -n 's/^INFO: Loaded .* (\([0-9]*\) .*/\1/p' "$2" | head -n 1)
    case $3 in
        0) result=clean ;;
        70) result="HANG: more than 5 s" ;;
        71) result="MEMORY: more than 512 MiB, or 256 at once" ;;
        *) result=CRASH ;;
    esac
    printf '%-10s  %10s  %9s  %16s  %9s  %s\n' "$1" "$inputs" "$speed" "$covered of $edges" "$peak" "$result" \
        >"$fuzz_dir/$1.result"
}

# fuzz_figure NAME LOG: one of the figures that the fuzzer ends with.
fuzz_figure() { sed -n "s/^stat::$1: *//p" "$2" | tail -n 1; }

# write_seeds NAME FOLDER: the inputs that a target begins with: the contract's examples or the sample policy, and what
# lies in Tests/Fuzzers/Seeds.
write_seeds() {
    local file
    rm -rf "$2"
    mkdir -p "$2"
    if [ -d "$home_dir/Tests/Fuzzers/Seeds/$1" ]; then cp "$home_dir/Tests/Fuzzers/Seeds/$1/"* "$2"; fi
    if [ "$1" = policy ]; then
        (cd "$home_dir/deploy/policy" && {
            for file in p:policy a:agencies c:clocks h:calendar n:notices; do
                { printf '%s' "${file%%:*}" && cat "${file#*:}.yaml"; } >"$2/sample-${file#*:}"
            done
            { printf j && cat bank-holidays.json; } >"$2/sample-holidays"
            { printf '*' && cat policy.yaml && echo %% && cat agencies.yaml && echo %% && cat clocks.yaml && echo %% &&
                cat calendar.yaml; } >"$2/sample-all"
        })
        return
    fi
    for file in "$home_dir"/Shared/Contracts/Generated/Examples/*/*.json; do
        local seed
        seed=$2/$(basename "$(dirname "$file")")-$(basename "$file")
        # An envelope's first byte says which mode it is in.
        if [ "$1" = envelope ]; then { printf s && cat "$file"; } >"$seed"; else cp "$file" "$seed"; fi
    done
}

# write_dictionary NAME FILE: words that a target knows; for JSON those of the schemas too, so that none is missing.
write_dictionary() {
    if [ "$1" = policy ]; then
        cp "$home_dir/Tests/Fuzzers/yaml.dict" "$2"
        return
    fi
    {
        cat "$home_dir/Tests/Fuzzers/json.dict"
        cat "$home_dir"/Shared/Contracts/Generated/{schemas,services}.json | grep -oE '"[A-Za-z0-9][A-Za-z0-9.-]*"' | sort -u
    } >"$2"
}
