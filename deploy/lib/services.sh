# shellcheck shell=bash
# The four services.

service_names=(referral-intake mash-screener escalation-tracker notifier)
# Those that run and were not healthy within a minute of their start.
unready_services=()

start_services() {
    local name port urls=()
    export KEEPSIGHT_POLICY_DIR=${KEEPSIGHT_POLICY_DIR:-$home_dir/deploy/policy}
    for name in "${service_names[@]}"; do
        port=$(free_port)
        start_service "$name" "$port"
        urls+=("$name=http://127.0.0.1:$port")
    done
    KEEPSIGHT_SERVICE_URLS=$(IFS=, && echo "${urls[*]}")
    export KEEPSIGHT_SERVICE_URLS
    say "waiting until each service is healthy"
    await_services "${service_names[@]}"
    if [ ${#unready_services[@]} = 0 ]; then say "all four services are healthy"; fi
}

# start_service NAME PORT: as nobody but itself, with its own role in the database and its own certificate.
start_service() (
    if [ -n "${tls-}" ]; then take_certificate "service-$1"; fi
    # The owner of the database is no business of a service.
    # shellcheck disable=SC2030
    KEEPSIGHT_DATABASE_URL=$(service_database_url "$1")
    export KEEPSIGHT_DATABASE_URL
    KEEPSIGHT_HTTP_ADDRESS="127.0.0.1:$2" start_process "$1" "$bin_dir/$1"
)

# service_port NAME: as the endpoints have it.
service_port() {
    local url=",${KEEPSIGHT_SERVICE_URLS-}"
    url=${url##*",$1=http://127.0.0.1:"}
    echo "${url%%,*}"
}

service_is_ready() {
    "$bin_dir/keepsight" health "http://127.0.0.1:$(service_port "$1")/readyz" >/dev/null 2>&1
}

service_is_ready_or_died() { service_is_ready "$1" || process_ended "$1"; }

# await_services NAME...: until each is healthy, for a minute from now. They wait for the same things, and so for the same minute.
await_services() {
    local name left end=$((SECONDS + ${longest_start:-60}))
    for name in "$@"; do
        left=$((end - SECONDS))
        wait_until $((left > 0 ? left : 0)) "$name" service_is_ready_or_died "$name" || true
        service_is_ready "$name" || service_failed "$name"
    done
}

# service_failed NAME: one that ended while all was started cannot be used. One that runs and is not healthy says why, and is no reason to stop the
# others and itself: what it waits for may pass, or is mended while it runs. Only --once, which is a test, ends with it.
service_failed() {
    tail -n 10 "$run_dir/log/$1.log" >&2
    if ! process_lives "$1"; then
        if [ -z "${resuming-}" ]; then
            die "$1 ended while it started; its last lines are above, all of them in $run_dir/log/$1.log"
        fi
        unready_services+=("$1")
        say "$1 ended again; its last lines are above, all of them in $run_dir/log/$1.log. The supervisor goes on trying."
        return
    fi
    if [ "${mode-}" = once ]; then
        die "$1 is not healthy after a minute; its last lines are above, all of them in $run_dir/log/$1.log"
    fi
    unready_services+=("$1")
    say "$1 runs and is not healthy after a minute; its last lines are above, all of them in $run_dir/log/$1.log"
    "$bin_dir/keepsight" health "http://127.0.0.1:$(service_port "$1")/readyz" >&2 || true
}

tell_of_unready_services() {
    [ ${#unready_services[@]} = 0 ] || say "this is not healthy: ${unready_services[*]}; 'keepsight services' says what to do"
}

# stop_everything: what runs from this folder, whatever its files say. Of two processes under one name each has its turn.
stop_everything() {
    local round
    for round in 1 2 3; do
        adopt_strays
        if [ "$round" = 1 ] || [ ${#strays[@]} -gt 0 ]; then stop_remembered; fi
    done
}

# What stops first brings nothing new about; the broker and the database stop last.
stop_remembered() {
    local name
    stop_process supervisor 10
    forget_process watcher
    announce_stop "${service_names[@]}" dev-broker kafka-server kafka-server-{2..5} postgres
    for name in "${service_names[@]}"; do
        if process_lives "$name"; then kill -TERM "$(cat "$run_dir/pid/$name")" 2>/dev/null || true; fi
    done
    for name in "${service_names[@]}"; do stop_process "$name" 27; done
    stop_process dev-broker 5
    stop_kafka
    # Fast shutdown: PostgreSQL does not wait for its clients.
    stop_process postgres 30 INT
    rm -f "$run_dir/env" "$run_dir/state" "$run_dir/starting"
}

anything_lives() {
    local name
    for name in "${service_names[@]}" dev-broker postgres; do
        if process_lives "$name"; then return 0; fi
    done
    any_kafka_lives
}

# mend_environment: the file for other shells is written again where it was lost.
mend_environment() {
    if [ -s "$run_dir/env" ] || [ ! -s "$run_dir/state" ]; then return 0; fi
    (
        # shellcheck disable=SC1091
        . "$run_dir/state"
        write_environment
    )
    say "$run_dir/env was gone, and is written again"
}

write_environment() {
    local name ours=(KEEPSIGHT_SERVICE_URLS)
    if [ -n "${own_database-}" ]; then ours+=(KEEPSIGHT_DATABASE_URL); fi
    if [ -n "${own_broker-}" ]; then ours+=(KAFKA_BOOTSTRAP_SERVERS); fi
    # shellcheck disable=SC2206
    if [ -n "${tls-}" ]; then ours+=(${!KAFKA_SECURITY_@} ${!KAFKA_SSL_@}); fi
    {
        printf 'export KAFKA_BOOTSTRAP_SERVERS=%q\n' "$KAFKA_BOOTSTRAP_SERVERS"
        # shellcheck disable=SC2031
        printf 'export KEEPSIGHT_DATABASE_URL=%q\n' "$KEEPSIGHT_DATABASE_URL"
        for name in ${!KAFKA_SECURITY_@} ${!KAFKA_SSL_@}; do printf 'export %s=%q\n' "$name" "${!name}"; done
        printf 'export KEEPSIGHT_SERVICE_URLS=%q\n' "${KEEPSIGHT_SERVICE_URLS-}"
        # By these 'keepsight services' sees whether anybody watches.
        printf 'export KEEPSIGHT_RUN_PIDS=%q\n' "$run_dir/pid"
        printf 'export KEEPSIGHT_POLICY_DIR=%q\n' "${KEEPSIGHT_POLICY_DIR:-$home_dir/deploy/policy}"
        printf 'export KEEPSIGHT_RUN_ENV=%q\n' "$(run_marks "${ours[@]}")"
        # shellcheck disable=SC2016
        printf 'export PATH=%q:"$PATH"\n' "$bin_dir"
    } >"$run_dir/env"
}
