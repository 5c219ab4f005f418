# shellcheck shell=bash
# Debian packages that are needed: says which are missing, and installs those.

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

package_is_there() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# install_packages [PACKAGE...]: what everything needs, and these.
install_packages() {
    local wanted=(librdkafka-dev libpq-dev libyaml-dev libmicrohttpd-dev libcurl4-openssl-dev libssl-dev openssl
        pkg-config "$@")
    local missing=() package
    [ -n "${KEEPSIGHT_DATABASE_URL-}" ] || wanted+=(postgresql-15)
    if [ -n "${KAFKA_HOME-}" ] && [ -z "${KAFKA_BOOTSTRAP_SERVERS-}" ] && ! command -v java >/dev/null; then
        wanted+=(openjdk-17-jre-headless)
    fi
    for package in "${wanted[@]}"; do package_is_there "$package" || missing+=("$package"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "these packages are missing, and there is neither root nor sudo to install them: ${missing[*]}"
    say "installing from Debian: ${missing[*]}"
    keep_system_cluster_away
    if ! {
        as_root apt-get -o DPkg::Lock::Timeout=300 update &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y \
                --no-install-recommends "${missing[@]}"
    } >"$run_dir/log/packages.log" 2>&1; then
        tail -n 20 "$run_dir/log/packages.log" >&2
        die "the packages could not be installed; see $run_dir/log/packages.log"
    fi
}

# Debian's package makes and starts a cluster of its own unless it is told not to. Ours is a private one.
keep_system_cluster_away() {
    local folder=/etc/postgresql-common/createcluster.d
    [ ! -e "$folder/keepsight.conf" ] || return 0
    package_is_there postgresql-15 && return 0
    as_root mkdir -p "$folder"
    echo "create_main_cluster = false" | as_root tee "$folder/keepsight.conf" >/dev/null
}

require_swift() {
    command -v swift >/dev/null || die "Swift is not there: install the Swift 6.3 toolchain (swift.org/install)"
}

# take_promtool: Prometheus' own checker of metrics, out of Debian's package, which is not installed: it would start a server.
# Sets KEEPSIGHT_PROMTOOL. Without it one test is skipped, and deploy/test says so.
take_promtool() {
    local tools=$run_dir/tools
    KEEPSIGHT_PROMTOOL=$(command -v promtool || echo "$tools/usr/bin/promtool")
    export KEEPSIGHT_PROMTOOL
    [ ! -x "$KEEPSIGHT_PROMTOOL" ] || return 0
    say "taking promtool from Debian's package of Prometheus"
    mkdir -p "$tools"
    {
        # What downloads is another user, who may not write here.
        (cd "$tools" && apt-get -o APT::Sandbox::User=root download prometheus && dpkg-deb --fsys-tarfile prometheus_*.deb |
            tar -x ./usr/bin/promtool)
    } >"$run_dir/log/promtool.log" 2>&1 || say "promtool cannot be had; see $run_dir/log/promtool.log"
    rm -f "$tools"/prometheus_*.deb
}
