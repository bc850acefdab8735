#!/usr/bin/env bash
# clang-tidy 19 over all sources that are not tests. Arguments: files, else all.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build
cmake --preset dev -B build/lint -DTIDEMARK_WERROR=OFF -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19 > build/cmake-lint.log || {
  cat build/cmake-lint.log
  exit 1
}
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'src/*.cc' | grep -vE '_(test|fuzz|bench)\.cc$')
# clang minds a function that libstdc++ 12's stable_sort calls.
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy-19 -p build/lint --quiet --extra-arg=-Wno-deprecated-declarations
echo "lint: ${#files[@]} files, no fault"
