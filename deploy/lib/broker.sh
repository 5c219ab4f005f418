# shellcheck shell=bash
# The broker: the one that KAFKA_BOOTSTRAP_SERVERS names, else an Apache Kafka from KAFKA_HOME, else one in memory.

start_broker() {
    if [ -n "${KAFKA_BOOTSTRAP_SERVERS-}" ]; then
        say "using the Kafka of KAFKA_BOOTSTRAP_SERVERS, $KAFKA_BOOTSTRAP_SERVERS"
    elif [ -n "${KAFKA_HOME-}" ]; then
        start_kafka
    else
        start_memory_broker
    fi
}

# Whether the broker keeps nothing: then an older database would speak of offsets that are gone.
broker_is_in_memory() { [ -z "${KAFKA_BOOTSTRAP_SERVERS-}" ] && [ -z "${KAFKA_HOME-}" ]; }

start_kafka() {
    [ -x "$KAFKA_HOME/bin/kafka-server-start.sh" ] || die "KAFKA_HOME is $KAFKA_HOME, and there is no Kafka in it"
    local kafka_home port controller attempt
    kafka_home=$(cd "$KAFKA_HOME" && pwd)
    for attempt in 1 2 3; do
        port=$(free_port)
        controller=$(free_port)
        write_kafka_settings "$port" "$controller"
        if [ ! -s "$run_dir/kafka/data/meta.properties" ]; then
            rm -rf "$run_dir/kafka/data"
            format_kafka
        fi
        say "starting Apache Kafka on 127.0.0.1:$port"
        : >"$run_dir/log/kafka-server.log"
        launch_kafka
        wait_until 60 Kafka kafka_answers_or_died || true
        if kafka_answers; then
            export KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:$port"
            return
        fi
        say "Kafka did not start (attempt $attempt); trying other ports"
        stop_process kafka-server 10
    done
    tail -n 20 "$run_dir/log/kafka-server.log" >&2
    die "Kafka does not start; see $run_dir/log/kafka-server.log"
}

format_kafka() {
    "$kafka_home/bin/kafka-storage.sh" format -t "$("$kafka_home/bin/kafka-storage.sh" random-uuid)" \
        -c "$run_dir/kafka/server.properties" >>"$run_dir/log/kafka.log" 2>&1 ||
        die "Kafka's storage could not be formatted; see $run_dir/log/kafka.log"
}

launch_kafka() {
    # On a small machine the just-in-time compiler's second stage takes more than it gives for minutes.
    KAFKA_HEAP_OPTS="${KAFKA_HEAP_OPTS:--Xmx400m -Xms400m}" LOG_DIR="$run_dir/log" \
        KAFKA_OPTS="${KAFKA_OPTS:--XX:TieredStopAtLevel=1}" \
        start_process kafka-server "$kafka_home/bin/kafka-server-start.sh" "$run_dir/kafka/server.properties"
}

# write_kafka_settings PORT CONTROLLER_PORT: with tls=yes for clients that have certificates, and for nobody else.
write_kafka_settings() {
    local listener=PLAINTEXT
    if [ -n "${tls-}" ]; then listener=SSL; fi
    mkdir -p "$run_dir/kafka"
    cat >"$run_dir/kafka/server.properties" <<SETTINGS
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$2
listeners=$listener://127.0.0.1:$1,CONTROLLER://127.0.0.1:$2
advertised.listeners=$listener://127.0.0.1:$1
controller.listener.names=CONTROLLER
inter.broker.listener.name=$listener
listener.security.protocol.map=CONTROLLER:$listener,$listener:$listener
log.dirs=$run_dir/kafka/data
auto.create.topics.enable=false
num.partitions=1
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
SETTINGS
    if [ -n "${tls-}" ]; then cat "$(certificates_dir)/broker.properties" >>"$run_dir/kafka/server.properties"; fi
}

kafka_answers() { grep -q 'Kafka Server started' "$run_dir/log/kafka-server.log"; }

kafka_answers_or_died() { kafka_answers || process_ended kafka-server; }

start_memory_broker() {
    say "no KAFKA_BOOTSTRAP_SERVERS and no KAFKA_HOME: starting a broker in memory, which is for trying things out and keeps nothing"
    rm -f "$run_dir/broker-env"
    start_process dev-broker "$bin_dir/keepsight" dev-broker --env-file "$run_dir/broker-env"
    wait_until 20 "the broker" test -s "$run_dir/broker-env" || {
        tail -n 20 "$run_dir/log/dev-broker.log" >&2
        die "the broker does not start; see $run_dir/log/dev-broker.log"
    }
    # shellcheck disable=SC1091
    . "$run_dir/broker-env"
}
