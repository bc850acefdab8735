#!/usr/bin/env bash
# Builds and runs every benchmark; copy what matters into bench/RESULTS.md with machine and versions.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build
cmake --preset bench > build/cmake-bench.log || { cat build/cmake-bench.log; exit 1; }
mapfile -t folders < <(git ls-files 'src/*_bench.cc' | cut -d/ -f2 | sort -u)
for folder in "${folders[@]}"; do
  ninja -C build/bench "${folder}_bench"
  echo "== $folder"
  "build/bench/${folder}_bench" "$@"
done
echo "== alarm latency"
[ -x build/release/tidemark ] || make --no-print-directory build
python3 bench/alarm_latency.py
echo "== backtest"
python3 bench/backtest.py
echo "== detection"
bench/detection/run.sh --all
