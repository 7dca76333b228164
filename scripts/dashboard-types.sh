#!/usr/bin/env bash
# Check the committed dashboards against Grafana's own TypeScript types; needs node, npm and a registry.
# No part of `make test`: a machine without them builds and tests everything else.
set -eu
cd "$(dirname "$0")/.."

command -v npm >/dev/null || { echo "dashboard-types: npm is missing; on Debian: apt-get install npm" >&2; exit 1; }

work=var/dashboard-types
mkdir -p "$work"
echo '{"private": true}' >"$work/package.json"
npm install --prefix "$work" --silent --no-audit --no-fund --ignore-scripts --no-package-lock \
    @grafana/schema@13.2.3 typescript@5.9.3

{
    cat dashboards/grafana.d.ts
    for file in dashboards/grafana/*.json; do
        echo "export const $(basename "$file" .json | tr - _): Dashboard ="
        sed '$s/$/;/' "$file"
    done
} >"$work/dashboards.ts"
"$work/node_modules/.bin/tsc" --noEmit --strict --module nodenext --skipLibCheck "$work/dashboards.ts"
echo "dashboard-types: $(ls dashboards/grafana | wc -l) dashboards fit @grafana/schema"
