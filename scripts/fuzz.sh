#!/usr/bin/env bash
# Fuzz the parsers: fuzz.sh [PARSER...], each for TIME seconds (60). What makes one fail is left in var/fuzz.
# The fuzzer has wheels for CPython 3.11 to 3.13 only, so it lives in an environment of its own, var/fuzz/venv.
# PYTHON=... chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-.venv/bin/python python3 python3.13 python3.12 python3.11}; do
        if fits "$candidate"; then
            "$candidate" -c 'import os, sys; print(os.path.realpath(sys._base_executable))'
            return
        fi
    done
    echo "fuzz: needs CPython 3.11, 3.12 or 3.13; PYTHON=... names one" >&2
    return 1
}

venv=var/fuzz/venv
stamp="$venv/.installed"
fingerprint="$(cat requirements.txt requirements-fuzz.txt | sha256sum)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$fingerprint" ]; then
    python="$(find_python)"
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes -r requirements.txt -r requirements-fuzz.txt
    echo "$fingerprint" >"$stamp"
fi
exec "$venv/bin/python" -m tests.fuzz --seconds "${TIME:-60}" "$@"
