#!/usr/bin/env bash
# Real clients, kill -9, moto's tests and the browser against build/release/tidemark.
# Arguments go to pytest (-k kill, -x …).
set -euo pipefail
cd "$(dirname "$0")/.."

source tools/venv.sh
make_venv demo demo/requirements.txt
make_venv clients tests/clients/requirements.txt
make_venv boto3-old tests/clients/requirements-old.txt

# Without Go its client's test is skipped, loudly; never in CI.
source tools/go.sh
[ -z "${CI:-}" ] || use_go

export TIDEMARK_BINARY="${TIDEMARK_BINARY:-$PWD/build/release/tidemark}"
exec build/venv-clients/bin/python -m pytest -q -p no:cacheprovider -rs tests/clients "$@"
