#!/usr/bin/env bash
# Screenshots of every page into docs/pictures: the live ones over the demo's data, the rest (empty,
# loading, one point, 500 metrics, server gone) over the UI's own stand-in server.
set -euo pipefail
cd "$(dirname "$0")/.."

source tools/node.sh
use_node
tools/build_ui.sh
mkdir -p docs/pictures
exec node ui/scripts/pictures.mjs - docs/pictures --dist build/ui "$@"
