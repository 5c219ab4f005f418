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

# require_kafka: what can be seen to be wrong with the Kafka that is to be started, before anything else is done.
require_kafka() {
    if [ -n "${KAFKA_BOOTSTRAP_SERVERS-}" ] || [ -z "${KAFKA_HOME-}" ]; then return 0; fi
    local kept="KAFKA_HOME is $KAFKA_HOME"
    [ -d "$KAFKA_HOME" ] || die "$kept, which is no folder: give the one that an Apache Kafka was unpacked into, or unset it"
    [ -x "$KAFKA_HOME/bin/kafka-server-start.sh" ] ||
        die "$kept, and there is no Kafka in it: bin/kafka-server-start.sh is missing. Give the folder that has bin and libs"
    compgen -G "$KAFKA_HOME/libs/kafka-clients-*.jar" >/dev/null ||
        die "$kept, and its libs are missing: that is Kafka's source, give an unpacked binary release"
    case $KAFKA_HOME in
        *[[:space:]]*)
            die "$kept, and Kafka's own scripts do not work in a folder with a space in its name: set it to a link" \
                "without one, made by ln -s"
            ;;
    esac
    case $run_dir in
        *[[:space:]]*)
            die "Kafka's own scripts do not work with a space in a folder's name, and data would lie in $run_dir: set" \
                "KEEPSIGHT_RUN_DIR to another folder"
            ;;
    esac
}

# Whether the broker keeps nothing: then an older database would speak of offsets that are gone.
broker_is_in_memory() { [ -z "${KAFKA_BOOTSTRAP_SERVERS-}" ] && [ -z "${KAFKA_HOME-}" ]; }

# Several brokers are one cluster, and all of them vote: broker 1 has the names that a single one has, `kafka-server` and
# `kafka`, the others theirs with a number. How many there are stands in a file, since their data cannot change it.

kafka_process() { if [ "$1" = 1 ]; then echo kafka-server; else echo "kafka-server-$1"; fi; }

kafka_folder() { if [ "$1" = 1 ]; then echo "$run_dir/kafka"; else echo "$run_dir/kafka-$1"; fi; }

kafka_brokers() { cat "$run_dir/kafka/brokers" 2>/dev/null || echo 1; }

start_kafka() {
    require_kafka
    local ports controllers attempt number count=${brokers:-}
    kafka_home=$(cd "$KAFKA_HOME" && pwd)
    own_broker=yes
    if [ -s "$run_dir/kafka/data/meta.properties" ] && [ "${count:-$(kafka_brokers)}" != "$(kafka_brokers)" ]; then
        die "the data in $run_dir is that of $(kafka_brokers) brokers, not $count; say --brokers $(kafka_brokers), or remove $run_dir"
    fi
    count=${count:-$(kafka_brokers)}
    mkdir -p "$run_dir/kafka"
    echo "$count" >"$run_dir/kafka/brokers"
    for attempt in 1 2 3; do
        ports=() controllers=()
        for number in $(seq "$count"); do
            ports+=("$(free_port)")
            controllers+=("$(free_port)")
        done
        write_all_kafka_settings
        if [ ! -s "$run_dir/kafka/data/meta.properties" ]; then
            for number in $(seq "$count"); do rm -rf "$(kafka_folder "$number")/data"; done
            format_kafka
        fi
        say "starting Apache Kafka on ${ports[*]/#/127.0.0.1:}"
        for number in $(seq "$count"); do launch_kafka "$number"; done
        for number in $(seq "$count"); do wait_until 60 Kafka kafka_answers_or_died "$number" || true; done
        if all_kafka_answer; then
            KAFKA_BOOTSTRAP_SERVERS=$(IFS=, && echo "${ports[*]/#/127.0.0.1:}")
            export KAFKA_BOOTSTRAP_SERVERS
            return
        fi
        say "Kafka did not start (attempt $attempt); trying other ports"
        for number in $(seq "$count"); do stop_process "$(kafka_process "$number")" 10; done
    done
    tail -n 20 "$run_dir"/log/kafka-server*.log >&2
    die "Kafka does not start; see $run_dir/log/kafka-server.log"
}

# format_kafka: all brokers under one cluster id.
format_kafka() {
    local id number
    id=$(kafka_storage random-uuid)
    for number in $(seq "$(kafka_brokers)"); do
        kafka_storage format -t "$id" -c "$(kafka_folder "$number")/server.properties" \
            >>"$run_dir/log/kafka.log" 2>&1 ||
            die "Kafka's storage could not be formatted; see $run_dir/log/kafka.log"
    done
}

# What Kafka's programs may know of the environment.
kafka_variables="JAVA_HOME KAFKA_HEAP_OPTS KAFKA_OPTS KAFKA_JVM_PERFORMANCE_OPTS KAFKA_LOG4J_OPTS LOG_DIR"

# kafka_storage ARGUMENTS...
kafka_storage() (
    # shellcheck disable=SC2086
    keep_only $kafka_variables
    exec "$kafka_home/bin/kafka-storage.sh" "$@"
)

# launch_kafka NUMBER
launch_kafka() {
    local name
    name=$(kafka_process "$1")
    : >"$run_dir/log/$name.log"
    # On a small machine the just-in-time compiler's second stage takes more than it gives for minutes.
    KAFKA_HEAP_OPTS="${KAFKA_HEAP_OPTS:--Xmx400m -Xms400m}" LOG_DIR="$run_dir/log" \
        KAFKA_OPTS="${KAFKA_OPTS:--XX:TieredStopAtLevel=1}" \
        start_foreign_process "$name" "$kafka_variables" "$kafka_home/bin/kafka-server-start.sh" "$(kafka_folder "$1")/server.properties"
}

# write_all_kafka_settings: for clients that have certificates if tls is set. What ports and controllers hold.
write_all_kafka_settings() {
    local number voters=()
    for number in $(seq "$count"); do voters+=("$number@127.0.0.1:${controllers[number - 1]}"); done
    for number in $(seq "$count"); do
        write_kafka_settings "$number" "${ports[number - 1]}" "${controllers[number - 1]}" "$(IFS=, && echo "${voters[*]}")"
    done
}

# write_kafka_settings NUMBER PORT CONTROLLER_PORT VOTERS. With three brokers or more every record is on three, and one of
# them may be away.
write_kafka_settings() {
    local listener=PLAINTEXT folder replication=1 in_sync=1
    if [ -n "${tls-}" ]; then listener=SSL; fi
    if [ "$count" -ge 3 ]; then replication=3 in_sync=2; fi
    folder=$(kafka_folder "$1")
    mkdir -p "$folder"
    cat >"$folder/server.properties" <<SETTINGS
process.roles=broker,controller
node.id=$1
controller.quorum.voters=$4
listeners=$listener://127.0.0.1:$2,CONTROLLER://127.0.0.1:$3
advertised.listeners=$listener://127.0.0.1:$2
controller.listener.names=CONTROLLER
inter.broker.listener.name=$listener
listener.security.protocol.map=CONTROLLER:$listener,$listener:$listener
log.dirs=$folder/data
auto.create.topics.enable=false
num.partitions=1
default.replication.factor=$replication
min.insync.replicas=$in_sync
offsets.topic.replication.factor=$replication
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=$replication
transaction.state.log.min.isr=$in_sync
transaction.max.timeout.ms=60000
share.coordinator.state.topic.replication.factor=$replication
share.coordinator.state.topic.min.isr=$in_sync
group.initial.rebalance.delay.ms=0
SETTINGS
    if [ -n "${tls-}" ]; then cat "$(certificates_dir)/broker.properties" >>"$folder/server.properties"; fi
}

# kafka_answers [NUMBER]: whether that broker has come up.
kafka_answers() { grep -q 'Kafka Server started' "$run_dir/log/$(kafka_process "${1:-1}").log"; }

kafka_answers_or_died() { kafka_answers "$1" || process_ended "$(kafka_process "$1")"; }

all_kafka_answer() {
    local number
    for number in $(seq "$(kafka_brokers)"); do kafka_answers "$number" || return 1; done
}

stop_kafka() {
    local number
    # All at once: those that are left would wait for a majority of controllers.
    announce_stop kafka-server kafka-server-{2..5}
    for number in 1 2 3 4 5; do
        if process_lives "$(kafka_process "$number")"; then
            kill -TERM "$(cat "$run_dir/pid/$(kafka_process "$number")")" 2>/dev/null || true
        fi
    done
    for number in 1 2 3 4 5; do stop_process "$(kafka_process "$number")" 30; done
}

any_kafka_lives() {
    local number
    for number in 1 2 3 4 5; do if process_lives "$(kafka_process "$number")"; then return 0; fi; done
    return 1
}

start_memory_broker() {
    say "no KAFKA_BOOTSTRAP_SERVERS and no KAFKA_HOME: starting a broker in memory, which is for trying things out and keeps nothing"
    rm -f "$run_dir/broker-env"
    own_broker=yes
    start_process dev-broker "$bin_dir/keepsight" dev-broker --env-file "$run_dir/broker-env"
    wait_until 20 "the broker" test -s "$run_dir/broker-env" || {
        tail -n 20 "$run_dir/log/dev-broker.log" >&2
        die "the broker does not start; see $run_dir/log/dev-broker.log"
    }
    # shellcheck disable=SC1091
    . "$run_dir/broker-env"
}
