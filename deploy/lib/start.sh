# shellcheck shell=bash
# Sourced by the scripts in deploy/: where things are.

home_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lib_dir=$home_dir/deploy/lib
run_dir=${KEEPSIGHT_RUN_DIR:-$home_dir/.run}
mkdir -p "$run_dir"
run_dir=$(cd "$run_dir" && pwd)
mkdir -p "$run_dir/log" "$run_dir/pid"

for part in say processes ports packages build postgres certificates broker services; do
    # shellcheck disable=SC1090
    . "$lib_dir/$part.sh"
done
