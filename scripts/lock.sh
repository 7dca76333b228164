#!/usr/bin/env bash
# Re-compile requirements.txt, requirements-notify.txt and requirements-dev.txt from pyproject.toml, for every platform and Python >= 3.11,
# and requirements-fuzz.txt from tests/fuzz/requirements.in. Where npm is installed, also tests/npm/package-lock.json.
# Pins stay where they still fit; UPGRADE=1 takes the newest releases. The compiler, uv, lives in a
# throw-away environment and is no dependency of ours.
set -eu
cd "$(dirname "$0")/.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv

compile() {
    local source="$1" output="$2"
    shift 2
    "$work/venv/bin/uv" pip compile "$source" --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --output-file "$output" "$@" >/dev/null
}

compile pyproject.toml requirements.txt ${UPGRADE:+--upgrade}
compile pyproject.toml requirements-notify.txt ${UPGRADE:+--upgrade} --extra notify --constraint requirements.txt
compile pyproject.toml requirements-dev.txt ${UPGRADE:+--upgrade} --extra dev --constraint requirements-notify.txt
compile tests/fuzz/requirements.in requirements-fuzz.txt ${UPGRADE:+--upgrade} --constraint requirements.txt
if command -v npm >/dev/null; then
    # Without the addresses that npm notes, the machine that installs decides where packages come from.
    [ -z "${UPGRADE:-}" ] || rm -f tests/npm/package-lock.json
    npm install --prefix tests/npm --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
        --silent --no-audit --no-fund
    "${PYTHON:-python3}" - tests/npm/package-lock.json <<'END'
import json, sys

path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    lock = json.load(file)
for package in lock["packages"].values():
    package.pop("funding", None)
    package.pop("resolved", None)
with open(path, "w", encoding="utf-8") as file:
    file.write(json.dumps(lock, indent=2) + "\n")
END
fi
echo "lock: requirements.txt, -notify, -dev and -fuzz are compiled; run make test before you commit them"
