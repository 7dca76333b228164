#!/usr/bin/env bash
# Make .venv and install posmon in it, editable, with hash-pinned requirements.
# Does nothing when that is already so. PYTHON=... chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if is_recent "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    say "no Python 3.11 or newer found (looked for ${PYTHON:-python3, python3.14 ... python3.11})"
    return 1
}

# Debian and Ubuntu ship venv apart from python3.
install_venv_module() {
    local package
    package="$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "$1 cannot make virtual environments; on Debian or Ubuntu: apt-get install $package"
        return 1
    fi
    say "installing $package"
    scripts/apt-install.sh "$package"
}

make_venv() {
    local python
    python="$(find_python)"
    say "making .venv with $("$python" --version) ($python)"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv_module "$python"
    "$python" -m venv --clear .venv
}

# What the installed state depends on: this place, the interpreter, the pins and the package's metadata.
fingerprint() {
    { pwd; .venv/bin/python --version; cat requirements-dev.txt pyproject.toml monitor/__init__.py; } | sha256sum
}

exec 9<pyproject.toml # `make demo` and `make test` may be started at once
if command -v flock >/dev/null; then flock 9; fi

is_recent .venv/bin/python || make_venv
stamp=.venv/.installed
if [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then exit 0; fi
rm -f "$stamp"

pip=(.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input)
say "installing the pinned requirements; the first time takes a minute or two"
"${pip[@]}" --require-hashes -r requirements-dev.txt
"${pip[@]}" --no-deps --no-build-isolation --editable .
fingerprint >"$stamp"
say "done: .venv/bin/posmon"
