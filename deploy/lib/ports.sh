# shellcheck shell=bash
# Free ports on 127.0.0.1. Another process can take one before it is used; who uses it notices, and asks again.

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 12000))
        if port_is_free "$port"; then
            echo "$port"
            return
        fi
    done
    die "no free port was found between 20000 and 32000"
}
