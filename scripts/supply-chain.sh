#!/usr/bin/env bash
# What posmon is made of, from an environment with nothing but its pinned requirements: supply-chain.sh sbom|audit
#   sbom   writes dist/posmon.cdx.json, a CycloneDX bill of materials
#   audit  asks the public advisory database; when that cannot be reached it fails
set -eu
cd "$(dirname "$0")/.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
pip=(-m pip --quiet --disable-pip-version-check --no-input)

make_environment() {
    .venv/bin/python -m venv --without-pip "$work/venv"
    .venv/bin/python "${pip[@]}" --python "$work/venv/bin/python" install --require-hashes -r requirements.txt
}

case "${1:-}" in
sbom)
    make_environment
    mkdir -p dist
    .venv/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
        --of JSON -o dist/posmon.cdx.json "$work/venv/bin/python"
    echo "sbom: dist/posmon.cdx.json"
    ;;
audit)
    # The auditor is no dependency of ours; its own finding that the database is away is a failure, see --strict.
    .venv/bin/python -m venv "$work/auditor"
    "$work/auditor/bin/python" "${pip[@]}" install pip-audit
    "$work/auditor/bin/pip-audit" --strict --require-hashes --disable-pip --requirement requirements.txt
    ;;
*)
    echo "usage: supply-chain.sh sbom|audit" >&2
    exit 2
    ;;
esac
