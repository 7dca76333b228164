#!/usr/bin/env bash
# See to it that the real programs the tests talk to are there; `test-programs.sh bench` adds those of the bench.
# As root with apt-get, what is missing is installed. Otherwise it is named, and the tests that need it are
# skipped; where CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/sbin:/sbin:/usr/lib/nagios/plugins"

# program or library:package
wanted=(
    prometheus:prometheus
    promtool:prometheus
    prometheus-alertmanager:prometheus-alertmanager
    nginx:nginx-light
    systemd-analyze:systemd
    chromium:chromium
    libatomic.so.1:libatomic1 # playwright's driver is linked to it
    fiu-run:fiu-utils # system calls that fail at random
    faketime:faketime # a wall clock that is set
    unshare:util-linux # a name server or a network of a test's own
    ip:iproute2 # the same
    openssl:openssl # TLS as nobody speaks it
    tshark:tshark # what others make of our ZVT
    mosquitto:mosquitto # an MQTT broker
    mosquitto_passwd:mosquitto # its accounts
    node:nodejs # vendors' own libraries
    npm:npm # which installs them
)
if [ "${1:-}" = bench ]; then
    wanted=(
        prometheus:prometheus
        prometheus-blackbox-exporter:prometheus-blackbox-exporter
        check_http:monitoring-plugins-basic
        mosquitto:mosquitto
    )
fi

is_there() {
    case "$1" in
    *.so.*) ldconfig -p | grep -qF "$1" ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing_packages() {
    local entry
    for entry in "${wanted[@]}"; do
        is_there "${entry%%:*}" || echo "${entry#*:}"
    done | sort -u
}

packages="$(missing_packages)"
[ -n "$packages" ] || exit 0

# One by one: a package that this distribution lacks must not cost the others.
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "test-programs: installing" $packages >&2
    scripts/apt-install.sh $packages || for package in $packages; do
        scripts/apt-install.sh "$package" || echo "test-programs: $package could not be installed" >&2
    done
    packages="$(missing_packages)"
    [ -n "$packages" ] || exit 0
fi

echo "test-programs: missing; on Debian or Ubuntu: apt-get install" $packages >&2
if [ "${CI:-}" = true ]; then
    echo "test-programs: CI=true, so this is a failure" >&2
    exit 1
fi
