#!/usr/bin/env bash
# Install Debian packages as root, without questions and without starting their services.
# Usage: apt-install.sh PACKAGE...
set -eu
export DEBIAN_FRONTEND=noninteractive

# Debian's maintainer scripts ask this program before they start a service; 101 means "do not".
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold)
"${apt[@]}" update </dev/null >&2 || echo "apt-install: package lists could not be refreshed" >&2
"${apt[@]}" install --yes --no-install-recommends "$@" </dev/null >&2
