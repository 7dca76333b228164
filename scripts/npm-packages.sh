#!/usr/bin/env bash
# Install into var/npm what tests alone need from npm, pinned by hash in tests/npm/package-lock.json.
# Does nothing when that is already so. Without npm or its registry the tests that need it are skipped; where
# CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."

work=var/npm
pins="$(cat tests/npm/package.json tests/npm/package-lock.json | sha256sum)"
if [ "$(cat "$work/.installed" 2>/dev/null)" = "$pins" ]; then exit 0; fi

echo "npm-packages: installing the pinned packages" >&2
mkdir -p "$work"
rm -f "$work/.installed"
cp tests/npm/package.json tests/npm/package-lock.json "$work/"
if command -v npm >/dev/null && npm ci --prefix "$work" --silent --no-audit --no-fund --ignore-scripts; then
    echo "$pins" >"$work/.installed"
    exit 0
fi

echo "npm-packages: npm is missing, or could not install them; on Debian or Ubuntu: apt-get install npm" >&2
if [ "${CI:-}" = true ]; then
    echo "npm-packages: CI=true, so this is a failure" >&2
    exit 1
fi
