# shellcheck shell=bash
# Building, with a line now and then, since it takes minutes the first time.

# compile CONFIGURATION ARGUMENTS...: a release with Swift's library in each executable, as the image has it: that is faster
# by 3 %, and runs without a toolchain.
compile() {
    local configuration=$1 product
    shift
    umask "$user_umask"
    cd "$home_dir" || return
    if [ "$configuration" != release ]; then exec swift build -c "$configuration" "$@"; fi
    for product in keepsight "${service_names[@]}"; do
        swift build -c release --static-swift-stdlib --product "$product" "$@" || return
    done
}

# build_products CONFIGURATION ARGUMENTS...: sets bin_dir. KEEPSIGHT_BIN_DIR names executables that are built already.
build_products() {
    local configuration=$1 pid
    shift
    if [ -n "${KEEPSIGHT_BIN_DIR-}" ]; then
        [ -x "$KEEPSIGHT_BIN_DIR/keepsight" ] || die "KEEPSIGHT_BIN_DIR is $KEEPSIGHT_BIN_DIR, and there is no keepsight in it"
        bin_dir=$KEEPSIGHT_BIN_DIR
        return
    fi
    say "building ($configuration); the first time takes a few minutes"
    (compile "$configuration" "$@") >"$run_dir/log/build.log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        if [ $((SECONDS % 20)) = 0 ]; then say "building: $(tail -n 1 "$run_dir/log/build.log" | cut -c1-80)"; fi
    done
    if ! wait "$pid"; then
        grep -E 'error|warning' "$run_dir/log/build.log" | head -n 20 >&2
        die "the build failed; see $run_dir/log/build.log"
    fi
    bin_dir=$(cd "$home_dir" && swift build -c "$configuration" "$@" --show-bin-path)
    say "built"
}
