#!/usr/bin/env bash
# Screenshots of every page into docs/pictures: the live ones over the demo's data, the rest (empty,
# loading, one point, 500 metrics, server gone) over the UI's own stand-in server.
set -euo pipefail
cd "$(dirname "$0")/.."

source tools/node.sh
use_node
[ -d ui/node_modules ] || (cd ui && npm ci --no-audit --no-fund --loglevel=error)
(cd ui && npm run --silent build)
mkdir -p docs/pictures
exec node ui/scripts/pictures.mjs "$PWD/docs/pictures" "$@"
