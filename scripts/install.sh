#!/usr/bin/env bash
# Install posmon as a system service, or take it away again: install.sh install|uninstall
# PREFIX (/usr/local) gets lib/posmon, a virtual environment of its own, bin/posmon and posmon(1); SYSCONFDIR (/etc) posmon/;
# UNITDIR, SYSUSERSDIR and TMPFILESDIR the files of systemd. What stands in SYSCONFDIR/posmon already is never
# touched, and neither is the state, by install or uninstall.
set -eu
cd "$(dirname "$0")/.."

PREFIX="${PREFIX:-/usr/local}"
SYSCONFDIR="${SYSCONFDIR:-/etc}"
UNITDIR="${UNITDIR:-/etc/systemd/system}"
SYSUSERSDIR="${SYSUSERSDIR:-/etc/sysusers.d}"
TMPFILESDIR="${TMPFILESDIR:-/etc/tmpfiles.d}"
units=(posmon.service posmon@.service posmon.target)

say() { echo "install: $*"; }

# A file only when nobody has written one: the operator's own words are not ours to replace.
put_new() {
    if [ -e "$2" ]; then
        say "kept $2"
    else
        install -m 0640 "$1" "$2"
        say "wrote $2; edit it"
    fi
}

put_program() {
    local python
    wheels="$(mktemp -d)"
    trap 'rm -rf "$wheels"' EXIT
    .venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
        --wheel-dir "$wheels" .
    python="$(.venv/bin/python -c 'import os, sys; print(os.path.realpath(sys._base_executable))')"
    case "$python" in
    /root/* | /home/*) say "warning: $python is in a home directory, which the service may not read" ;;
    esac
    "$python" -m venv --clear "$PREFIX/lib/posmon"
    "$PREFIX/lib/posmon/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes -r requirements.txt
    "$PREFIX/lib/posmon/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps --no-index "$wheels"/posmon-*.whl
    install -d "$PREFIX/bin"
    ln -sfn ../lib/posmon/bin/posmon "$PREFIX/bin/posmon"
    install -d "$PREFIX/share/man/man1"
    install -m 0644 docs/man/posmon.1 "$PREFIX/share/man/man1/posmon.1"
    say "installed $PREFIX/bin/posmon"
}

put_units() {
    local unit
    install -d "$UNITDIR" "$SYSUSERSDIR" "$TMPFILESDIR"
    for unit in "${units[@]}"; do
        sed "s|/usr/local/bin/posmon|$PREFIX/bin/posmon|; s|/etc/posmon/|$SYSCONFDIR/posmon/|" \
            "systemd/$unit" >"$UNITDIR/$unit"
        chmod 0644 "$UNITDIR/$unit"
    done
    install -m 0644 systemd/sysusers.d/posmon.conf "$SYSUSERSDIR/posmon.conf"
    sed "s|/etc/posmon|$SYSCONFDIR/posmon|" systemd/tmpfiles.d/posmon.conf >"$TMPFILESDIR/posmon.conf"
    say "installed the units in $UNITDIR"
}

put_configuration() {
    install -d -m 0750 "$SYSCONFDIR/posmon"
    put_new config/posmon.example.yaml "$SYSCONFDIR/posmon/posmon.yaml"
    put_new config/inventory.example.csv "$SYSCONFDIR/posmon/inventory.csv"
}

# Only on a machine that systemd runs, and only in its own places.
tell_systemd() {
    [ "$UNITDIR" = /etc/systemd/system ] || return 0
    systemd-sysusers "$SYSUSERSDIR/posmon.conf"
    systemd-tmpfiles --create "$TMPFILESDIR/posmon.conf"
    [ -d /run/systemd/system ] || return 0
    systemctl daemon-reload
    say "now: edit $SYSCONFDIR/posmon/posmon.yaml, then systemctl enable --now posmon"
}

uninstall() {
    local unit
    if [ -d /run/systemd/system ] && [ "$UNITDIR" = /etc/systemd/system ]; then
        systemctl disable --now posmon.service posmon.target 'posmon@*.service' 2>/dev/null || true
    fi
    for unit in "${units[@]}"; do rm -f "$UNITDIR/$unit"; done
    rm -f "$SYSUSERSDIR/posmon.conf" "$TMPFILESDIR/posmon.conf" "$PREFIX/bin/posmon" \
        "$PREFIX/share/man/man1/posmon.1"
    rm -rf "$PREFIX/lib/posmon"
    if [ -d /run/systemd/system ] && [ "$UNITDIR" = /etc/systemd/system ]; then systemctl daemon-reload; fi
    say "removed; $SYSCONFDIR/posmon and /var/lib/posmon are left, delete them if you do not want them"
}

case "${1:-}" in
install)
    put_program
    put_units
    put_configuration
    tell_systemd
    ;;
uninstall) uninstall ;;
*)
    echo "usage: install.sh install|uninstall" >&2
    exit 2
    ;;
esac
