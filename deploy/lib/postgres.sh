# shellcheck shell=bash
# A private PostgreSQL: made from Debian's binaries, on 127.0.0.1 only, with a password of its own. The system's cluster,
# if there is one, is never touched.

postgres_bin=/usr/lib/postgresql/15/bin

# PostgreSQL refuses to run as root; then the user that Debian's package has made for it runs it.
as_postgres() (
    keep_only
    if [ "$(id -u)" = 0 ]; then exec runuser -u postgres -- "$@"; else exec "$@"; fi
)

postgres_user() { if [ "$(id -u)" = 0 ]; then echo postgres; else id -un; fi; }

# Where the data lies: in the run folder, or, for root, in a folder that the user postgres can reach.
postgres_place() {
    if [ "$(id -u)" = 0 ]; then
        echo "/var/tmp/keepsight-$(printf '%s' "$run_dir" | sha256sum | cut -c1-12)"
    else
        echo "$run_dir/postgres"
    fi
}

start_postgres() {
    # Only what is ours, and needs it, hears of the owner's password: see as_owner.
    export -n KEEPSIGHT_DATABASE_URL
    if [ -n "${KEEPSIGHT_DATABASE_URL-}" ]; then
        say "using the database of KEEPSIGHT_DATABASE_URL"
        return
    fi
    [ -x "$postgres_bin/initdb" ] || die "PostgreSQL 15 is not at $postgres_bin"
    pg_place=$(postgres_place)
    own_database=yes
    make_cluster
    local attempt
    for attempt in 1 2 3; do
        pg_port=$(free_port)
        say "starting a private PostgreSQL on 127.0.0.1:$pg_port, data in $pg_place"
        if try_postgres; then
            make_database
            return
        fi
        if postgres_refuses_us; then
            stop_process postgres 10 INT
            die "the PostgreSQL data in $pg_place has another password than $run_dir/postgres-password, so it was made by" \
                "another start. To begin with an empty database: mv $pg_place $pg_place-before. To keep this one, put its password into" \
                "$run_dir/postgres-password"
        fi
        say "PostgreSQL did not start (attempt $attempt); trying another port"
        stop_process postgres 10 INT
    done
    tail -n 20 "$run_dir/log/postgres.log" >&2
    die "PostgreSQL does not start; see $run_dir/log/postgres.log"
}

make_cluster() {
    if [ -s "$pg_place/data/PG_VERSION" ]; then
        # Its name can be guessed, so somebody else may have made it.
        if [ -L "$pg_place" ] || [ "$(stat -c %U "$pg_place")" != "$(postgres_user)" ]; then
            die "$pg_place does not belong to $(postgres_user): remove it, or name another folder by KEEPSIGHT_RUN_DIR"
        fi
        refuse_running_cluster
        if keep_cluster; then
            chmod 700 "$pg_place"
            return
        fi
    fi
    say "making a private PostgreSQL cluster"
    set_cluster_aside
    # Not where a folder is already: nobody else's may become ours.
    mkdir "$pg_place" || die "$pg_place cannot be made: remove what is there"
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$run_dir/postgres-password"
    cp "$run_dir/postgres-password" "$pg_place/password"
    if [ "$(id -u)" = 0 ]; then chown -R postgres "$pg_place"; fi
    # Texts are compared byte by byte: the identifiers that every table is looked up by need no language's order.
    (cd / && as_postgres "$postgres_bin/initdb" -D "$pg_place/data" -U keepsight --pwfile="$pg_place/password" \
        -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --lc-collate=C) >>"$run_dir/log/postgres.log" 2>&1 ||
        die "initdb failed; see $run_dir/log/postgres.log"
    : >"$run_dir/postgres-made"
}

# set_cluster_aside: nobody can tell whether what is there is wanted, so it is not removed. What only a test or a measurement has
# made is: KEEPSIGHT_THROWAWAY_DATABASE=yes.
set_cluster_aside() {
    local aside
    if [ ! -s "$pg_place/data/PG_VERSION" ] || [ "${KEEPSIGHT_THROWAWAY_DATABASE-}" = yes ]; then
        rm -rf "$pg_place"
        return
    fi
    aside=$pg_place-set-aside-$(TZ=UTC date +%Y%m%dT%H%M%SZ)
    mv "$pg_place" "$aside" || die "$pg_place cannot be set aside: move it away, or remove it"
    cluster_was_set_aside=$aside
    say "the database that was in $pg_place is kept in $aside"
}

# tell_of_new_database: a database that was made anew has none of what people asked for, which is on no topic.
tell_of_new_database() {
    [ -n "${cluster_was_set_aside-}" ] || return 0
    say "THE DATABASE IS NEW. Legal holds, do-not-notify lists and operators' requests of the one before are not in it, nor are its" \
        "journal and notices. If that is not meant: deploy/stop, then see 'A database that was made anew' in deploy/docs/runbook.md." \
        "If it is: rm -rf $cluster_was_set_aside"
}

# cluster_runs: whether a server lives that has the data. Sets pid, which the caller has.
cluster_runs() {
    { read -r pid <"$pg_place/data/postmaster.pid"; } 2>/dev/null || return 1
    read_process "$pid" && [ "$process_state" != Z ] && [ "/proc/$pid/cwd" -ef "$pg_place/data" ]
}

# A server of a start whose run folder was removed is in no file of ours, and would write into whatever takes the place of its
# data; when it ends, it takes the lock of its successor with it.
refuse_running_cluster() {
    local pid
    cluster_runs || return 0
    if process_lives postgres; then return 0; fi
    die "a PostgreSQL that an earlier start has made still runs on $pg_place, process $pid, and the run folder that knew of it" \
        "was removed; so may be what else that start has left. End it by 'kill -INT $pid', see to the others by" \
        "'ps -fC ${service_names[0]}', and start again"
}

# keep_cluster: whether the cluster that is there goes on. Its password lies beside it, since a run folder is soon removed.
keep_cluster() {
    if [ -s "$run_dir/postgres-password" ]; then
        if [ -s "$pg_place/password" ]; then cp "$pg_place/password" "$run_dir/postgres-password"; fi
        return 0
    fi
    # Whoever removes the password alone wants it made anew.
    if [ -e "$run_dir/postgres-made" ] || [ ! -s "$pg_place/password" ]; then return 1; fi
    if [ -z "${KAFKA_BOOTSTRAP_SERVERS-}" ]; then
        say "the database in $pg_place speaks of a Kafka whose data went with a run folder that was removed; making it anew"
        return 1
    fi
    say "taking up the database in $pg_place again, whose run folder was removed"
    cp "$pg_place/password" "$run_dir/postgres-password"
    : >"$run_dir/postgres-made"
}

# cluster_is_free: whether no process of an earlier server, such as a session whose server was killed, still works on the data.
cluster_is_free() {
    local process
    for process in /proc/[0-9]*; do if [ "$process/cwd" -ef "$pg_place/data" ]; then return 1; fi; done
}

# common_settings: sets settings to the options of deploy/postgres.settings, as the server takes them.
common_settings() {
    local line
    settings=()
    while read -r line; do
        case $line in '' | \#*) ;; *) settings+=(-c "$line") ;; esac
    done <"$home_dir/deploy/postgres.settings"
}

try_postgres() {
    local settings pid
    common_settings
    # A server that starts while they hold the shared memory ends at once.
    wait_until 20 "the old processes of PostgreSQL to end" cluster_is_free ||
        say "somebody still works in $pg_place/data; starting PostgreSQL all the same, which sees to that itself"
    # A server that died leaves its file. That of one that lives keeps a second one from its data.
    cluster_runs || rm -f "$pg_place/data/postmaster.pid"
    (
        cd / || exit 1
        if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid=postgres --regid=postgres --init-groups; else set --; fi
        close_inherited_files
        keep_only
        # A batch takes its sessions a few megabytes; they keep them for the next one, and do not have them back page by page.
        export MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=67108864
        exec setsid "$@" "$postgres_bin/postgres" -D "$pg_place/data" -p "$pg_port" \
            -c listen_addresses=127.0.0.1 -c unix_socket_directories="$pg_place" \
            -c "max_connections=${postgres_connections:-100}" -c shared_buffers=128MB -c max_wal_size=2GB "${settings[@]}" \
            ${postgres_settings[@]+"${postgres_settings[@]}"}
    ) >>"$run_dir/log/postgres.log" 2>&1 </dev/null &
    remember_process postgres $!
    wait_until 30 PostgreSQL postgres_answers_or_died && postgres_answers
}

# postgres_psql ARGUMENTS...: as the owner. Its password is in no other program's environment.
postgres_psql() {
    PGPASSWORD=$(cat "$run_dir/postgres-password") \
        "$postgres_bin/psql" -h 127.0.0.1 -p "$pg_port" -U keepsight -d postgres -qtA "$@"
}

postgres_answers() { postgres_psql -c 'select 1' >/dev/null 2>&1; }

# copy_cluster PLACE: the cluster as it is now, in another place.
copy_cluster() {
    rm -rf "$1"
    (cd / && as_postgres env PGPASSWORD="$PGPASSWORD" "$postgres_bin/pg_basebackup" -h 127.0.0.1 -p "$pg_port" \
        -U keepsight -D "$1" -X stream -c fast) >>"$run_dir/log/postgres.log" 2>&1 ||
        die "no copy of the database could be made; see $run_dir/log/postgres.log"
}

# query_cluster DATABASE [arguments of psql]
query_cluster() {
    "$postgres_bin/psql" -h 127.0.0.1 -p "$pg_port" -U keepsight -d "$1" -qtA -v ON_ERROR_STOP=1 "${@:2}"
}

# Whether a server answers that knows another password.
postgres_refuses_us() {
    local said
    # The server says it, in the language of its own cluster.
    said=$(postgres_psql -c 'select 1' 2>&1 >/dev/null) || true
    [[ $said == *'password authentication failed'* ]]
}

postgres_answers_or_died() { postgres_answers || process_ended postgres || postgres_refuses_us; }

# A database speaks of the offsets of one broker, so each kind of broker has its own.
database_name() {
    if broker_is_in_memory; then
        echo keepsight_memory
    elif [ -n "${KAFKA_BOOTSTRAP_SERVERS-}" ]; then
        echo keepsight_external
    else
        echo keepsight
    fi
}

make_database() {
    local name
    name=$(database_name)
    if [ -n "${fresh_database-}" ]; then
        postgres_psql -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $name"
    fi
    if [ -z "$(postgres_psql -c "SELECT 1 FROM pg_database WHERE datname = '$name'")" ]; then
        postgres_psql -c "CREATE DATABASE $name"
    fi
    KEEPSIGHT_DATABASE_URL="postgresql://keepsight:$(cat "$run_dir/postgres-password")@127.0.0.1:$pg_port/$name"
}

# Each service logs in with a role of its own, and so can the command line ('operator'). Its password is made once and lies
# in a file beside the others.
role_passwords_dir() { echo "$run_dir/role-passwords"; }

make_role_passwords() {
    local name
    mkdir -p "$(role_passwords_dir)"
    for name in "${service_names[@]}" operator; do
        [ ! -s "$(role_passwords_dir)/$name" ] || continue
        od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$(role_passwords_dir)/$name"
    done
}

# as_owner COMMAND...: with the database as its owner sees it.
as_owner() { KEEPSIGHT_DATABASE_URL=$KEEPSIGHT_DATABASE_URL "$@"; }

# service_database_url NAME: the database as that service's role sees it. No other program takes part, since who lists
# processes would see the password in its arguments.
service_database_url() {
    local role password rest authority
    role=${KEEPSIGHT_ROLE_PREFIX:-keepsight_}${1//-/_}
    password=$(cat "$(role_passwords_dir)/$1")
    case $KEEPSIGHT_DATABASE_URL in
        postgres://* | postgresql://*)
            rest=${KEEPSIGHT_DATABASE_URL#*://}
            authority=${rest%%[/?]*}
            printf '%s://%s:%s@%s%s' "${KEEPSIGHT_DATABASE_URL%%://*}" "$role" "$password" "${authority##*@}" \
                "${rest#"$authority"}"
            ;;
        # A string of keywords, where the later of two counts.
        *) printf '%s user=%s password=%s' "$KEEPSIGHT_DATABASE_URL" "$role" "$password" ;;
    esac
}
