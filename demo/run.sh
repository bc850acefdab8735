#!/usr/bin/env bash
# Runs the demo in a Python environment of its own (build/venv-demo).
set -euo pipefail
cd "$(dirname "$0")/.."

source tools/venv.sh
make_venv demo demo/requirements.txt
exec build/venv-demo/bin/python demo/demo.py "$@"
