# shellcheck shell=bash
# Certificates for a Kafka that is started here with TLS.

certificates_dir() { echo "$run_dir/certificates"; }

# Makes what is missing, and lets the commands that follow speak as the administrator.
make_certificates() {
    say "making certificates in $(certificates_dir)"
    "$bin_dir/keepsight" certificates --to "$(certificates_dir)" >>"$run_dir/log/certificates.log" 2>&1 || {
        tail -n 2 "$run_dir/log/certificates.log" >&2
        die "the certificates could not be made"
    }
    take_certificate administrator
}

# take_certificate NAME: whose certificate the commands that follow have.
take_certificate() {
    # shellcheck disable=SC1090
    . "$(certificates_dir)/$1.env"
}
