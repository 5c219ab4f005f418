# shellcheck shell=bash
# Sourced by the scripts in deploy/: where things are. What they make is nobody else's to read: logs, data, passwords.

home_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lib_dir=$home_dir/deploy/lib
run_dir=${KEEPSIGHT_RUN_DIR:-$home_dir/.run}
# What is built belongs to whoever calls, as ever.
user_umask=$(umask)
umask 077
mkdir -p "$run_dir"
run_dir=$(cd "$run_dir" && pwd)
chmod 700 "$run_dir"
mkdir -p "$run_dir/log" "$run_dir/pid"

for part in say environment processes stray ports packages build postgres certificates broker services supervisor; do
    # shellcheck disable=SC1090
    . "$lib_dir/$part.sh"
done
