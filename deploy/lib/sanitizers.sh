# shellcheck shell=bash
# The tests under a sanitizer of the toolchain. What it has to say, of the tests or of any process that they start, goes
# into files, so that no report is lost with the log of a child.

# build_sanitized KIND: thread or address; apart from other builds. Sets bin_dir.
build_sanitized() {
    unset KEEPSIGHT_BIN_DIR
    build_products debug --build-tests "--sanitize=$1" --scratch-path "$home_dir/.build/sanitize-$1"
}

# Beside the compiler, whatever links lead there.
symbolizer() { echo "$(dirname "$(readlink -f "$(command -v swiftc)")")/llvm-symbolizer"; }

# test_sanitized KIND ARGUMENTS...: of swift test.
test_sanitized() {
    local kind=$1 start=$SECONDS status=0 reports
    shift
    build_sanitized "$kind"
    reports=$run_dir/sanitize-$kind
    rm -rf "$reports"
    mkdir -p "$reports"
    # The tests wait this many times as long for what is slower under a sanitizer.
    export KEEPSIGHT_TEST_PATIENCE=6
    case $kind in
        thread)
            cc -shared -fPIC -O1 -Wall -Wextra -Werror -o "$run_dir/c11-threads.so" \
                "$home_dir/Tests/Sanitizers/c11-threads.c"
            export KEEPSIGHT_TEST_PRELOAD=$run_dir/c11-threads.so
            # Without names of functions nothing can be suppressed by name, and children have no PATH to find the
            # symbolizer on. A process that ends at once, as by a second signal, joins no threads of librdkafka.
            TSAN_OPTIONS="log_path=$reports/report:suppressions=$home_dir/Tests/Sanitizers/thread.supp"
            TSAN_OPTIONS+=":external_symbolizer_path=$(symbolizer):report_thread_leaks=0"
            export TSAN_OPTIONS
            ;;
        address)
            ASAN_OPTIONS="log_path=$reports/report:detect_leaks=1:external_symbolizer_path=$(symbolizer)"
            export ASAN_OPTIONS
            export LSAN_OPTIONS="suppressions=$home_dir/Tests/Sanitizers/address.supp:print_suppressions=0"
            ;;
    esac
    say "testing with the $kind sanitizer"
    run_tests "--sanitize=$kind" --scratch-path "$home_dir/.build/sanitize-$kind" "$@" || status=$?
    unset TSAN_OPTIONS ASAN_OPTIONS LSAN_OPTIONS KEEPSIGHT_TEST_PRELOAD
    if [ -n "$(ls -A "$reports")" ]; then
        grep -h -E '^SUMMARY:|^WARNING: ThreadSanitizer|^==.*ERROR' "$reports"/* | sort | uniq -c | sort -rn | head -n 20 >&2
        say "the $kind sanitizer had something to say, in $(find "$reports" -type f | wc -l) processes; see $reports" >&2
        status=1
    fi
    say "$kind sanitizer: $([ "$status" = 0 ] && echo clean || echo FAILED), after $((SECONDS - start)) s"
    return "$status"
}
