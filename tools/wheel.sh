# Sourced: use_wheel TOOL CHECK REQUIREMENT puts TOOL on PATH: the one that is there if CHECK, a function, says that it
# will do, else the one in PyPI's REQUIREMENT.

use_wheel() {
  "$2" && return 0
  if [ ! -x "build/$1/bin/$1" ]; then
    python3 -m venv "build/$1"
    "build/$1/bin/pip" install --quiet --disable-pip-version-check "$3"
  fi
  export PATH="$PWD/build/$1/bin:$PATH"
  "$2" || { echo "$1 is missing or too old, and $3 did not bring a newer one" >&2; return 1; }
}
