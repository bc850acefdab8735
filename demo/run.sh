#!/usr/bin/env bash
# Runs the demo in a Python environment of its own (build/venv-demo).
set -euo pipefail
cd "$(dirname "$0")/.."

venv=build/venv-demo
if ! cmp -s demo/requirements.txt "$venv/.installed" 2>/dev/null; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r demo/requirements.txt
  cp demo/requirements.txt "$venv/.installed"
fi
exec "$venv/bin/python" demo/demo.py "$@"
