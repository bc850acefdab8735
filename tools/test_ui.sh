#!/usr/bin/env bash
# The UI's own tests: components, option builders and URL state over a fake API, without a browser.
# Arguments go to vitest (-t NAME, FILE …).
set -euo pipefail
cd "$(dirname "$0")/.."

source tools/node.sh
use_node
install_node_modules
[ -t 1 ] || export NO_COLOR=1
cd ui
exec npm test --silent -- "$@" < /dev/null
