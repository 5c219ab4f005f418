# shellcheck shell=bash
# What the runs of the tests come to, from what Swift Testing has said of each.

# test_summary LOG: how many tests there were, how many of them did not run, and for what reasons.
test_summary() {
    local log=$1 all skipped
    all=$(sed -nE 's/.*Test run with ([0-9]+) tests?.*/\1/p' "$log" | awk '{ sum += $1 } END { if (NR > 0) print sum }')
    # Lines such as: ➜ Test "…" skipped: "needs Kafka: run deploy/test". A suite that is skipped has a line for each test.
    skipped=$(sed -E $'s/\x1b\\[[0-9;]*m//g' "$log" | sed -nE \
        -e 's/^[^ ]+ Test .* skipped: "(.*)"$/\1/p' -e 's/^[^ ]+ Test .* skipped$/without a reason/p')
    if [ -z "$skipped" ]; then
        echo "of ${all:-no} tests none was skipped"
        return
    fi
    printf 'of %s tests %s were SKIPPED: ' "${all:-no}" "$(wc -l <<<"$skipped")"
    sort <<<"$skipped" | uniq -c | sort -rn | sed -E 's/^ *([0-9]+) (.*)$/\1 (\2)/' | paste -sd ',' | sed 's/),/), /g'
}

# test_failures LOG: what failed, and each issue with its place, since a long log may follow them.
test_failures() {
    sed -E $'s/\x1b\\[[0-9;]*m//g' "$1" | grep -E '^✘ Test ' | grep -vE '^✘ Test run with ' || true
}
