#!/usr/bin/env bash
# Installs the Debian packages that the named parts need: `tools/need.sh build ui demo test lint`.
# Asks of the machine only root or sudo; without either it names the packages and goes on if they
# are there. Installs nothing when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

BUILD="g++ cmake ninja-build ccache mold pkg-config python3 ca-certificates
  libboost1.81-dev libssl-dev libcurl4-openssl-dev zlib1g-dev nlohmann-json3-dev libexpected-dev
  libfmt-dev libyaml-cpp-dev libhowardhinnant-date-dev tzdata libsqlite3-dev libcli11-dev
  libgtest-dev libgmock-dev libbenchmark-dev"
UI="python3-venv"
DEMO="python3-venv"
TEST="chromium fonts-dejavu-core clang-format-19"
LINT="clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev"

wanted=""
for part in "$@"; do
  case "$part" in
    build) wanted+=" $BUILD" ;;
    ui) wanted+=" $UI" ;;
    demo) wanted+=" $DEMO" ;;
    test) wanted+=" $TEST" ;;
    lint) wanted+=" $LINT" ;;
    *) echo "need.sh: no part called '$part'" >&2; exit 2 ;;
  esac
done

missing=""
for package in $wanted; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=" $package"
done
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
  elif command -v sudo >/dev/null && [ -t 0 ]; then
    as_root="sudo"
  else
    echo "These Debian packages are missing, and neither root nor sudo is at hand to install them." >&2
    echo "Ask for:  apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
fi
echo "installing Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  echo "apt-get could not install:$missing" >&2
  exit 1
fi
rm -f "$log"
