#!/usr/bin/env bash
# libFuzzer with address and undefined-behaviour sanitizers on every target. usage: fuzz.sh SECONDS
# Finds stay in build/fuzz/finds; put them into tests/corpus/TARGET with the fix.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=$1
mkdir -p build
cmake --preset dev -B build/fuzz -DTIDEMARK_WERROR=OFF -DTIDEMARK_UNITY=8 -DTIDEMARK_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19 \
  -DCMAKE_CXX_FLAGS="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -g -O1" > build/cmake-fuzz.log || {
  cat build/cmake-fuzz.log
  exit 1
}
mapfile -t targets < <(git ls-files 'src/*_fuzz.cc' | xargs -n1 basename | sed 's/\.cc$//')
ninja -C build/fuzz "${targets[@]}"
for target in "${targets[@]}"; do
  work=build/fuzz/corpus/$target
  finds=build/fuzz/finds/$target
  mkdir -p "$work" "$finds"
  seeds=("tests/corpus/$target")
  [ "$target" = doors_fuzz ] && seeds+=(tests/fixtures/aws/requests)
  echo "== $target, $seconds s"
  build/fuzz/"$target" "$work" "${seeds[@]}" -artifact_prefix="$finds/" -max_total_time="$seconds" \
    -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 2> "build/fuzz/$target.log" || {
    tail -n 40 "build/fuzz/$target.log"
    exit 1
  }
  grep -E 'stat::number_of_executed_units|stat::peak_rss_mb' "build/fuzz/$target.log"
done
