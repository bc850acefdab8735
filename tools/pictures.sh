#!/usr/bin/env bash
# Screenshots of every page into docs/pictures: the live ones over the demo's data, the rest (empty,
# loading, one point, 500 metrics, server gone) over the UI's own stand-in server.
set -euo pipefail
cd "$(dirname "$0")/.."

source tools/node.sh
use_node
tools/build_ui.sh
mkdir -p docs/pictures
set -m  # In a group of its own: what a script starts in the background does not hear SIGINT otherwise.
demo/run.sh > build/pictures-demo.log 2>&1 &
demo=$!
set +m
trap 'kill -INT $demo 2>/dev/null; wait $demo 2>/dev/null || true' EXIT
for _ in $(seq 600); do
  url=$(grep -m1 '^http' build/pictures-demo.log || true)
  [ -n "$url" ] && break
  kill -0 $demo 2>/dev/null || break
  sleep 0.2
done
[ -n "$url" ] || { cat build/pictures-demo.log; exit 1; }
node ui/scripts/pictures.mjs "$url" docs/pictures --dist build/ui "$@"
