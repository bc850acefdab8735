#!/usr/bin/env bash
# Scores `tidemark detect` on the detection data and prints the table beside the peers' figures.
# usage: bench/detection/run.sh [DATA] [--all | -- options of score.py]
# --all: also what the peers reach on the same rows, the small model, what both models cost alone, and
# siblings.py; half an hour. DATA or $TIDEMARK_DETECT_DATA names the folder that holds nab/, kpi/,
# bands/, nab_score.py and band_score.py. It is not part of this repository: some of the series have no
# licence to be passed on.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=${TIDEMARK_DETECT_DATA:-}
if [ $# -gt 0 ] && [[ $1 != --* ]]; then
  data=$1
  shift
fi
[ "${1:-}" = -- ] && shift
if [ ! -d "${data:-/nonexistent}/bands" ]; then
  echo "SKIPPED: detection is not scored, because no data folder was given (DATA or TIDEMARK_DETECT_DATA)" >&2
  exit 0
fi
binary=${TIDEMARK_BINARY:-build/release/tidemark}
[ -x "$binary" ] || make --no-print-directory build

source tools/venv.sh
make_venv detection bench/detection/requirements.txt
python=build/venv-detection/bin/python
if [ "${1:-}" != --all ]; then
  exec $python bench/detection/score.py --binary "$binary" --data "$data" "$@"
fi
cmake --preset bench > build/cmake-bench.log || { cat build/cmake-bench.log; exit 1; }
ninja -C build/bench learn_bench
$python bench/detection/score.py --binary "$binary" --data "$data" --learn-bench build/bench/learn_bench "$@"
exec $python bench/detection/siblings.py --binary "$binary" --data "$data"
