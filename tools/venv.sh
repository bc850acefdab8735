# Sourced: make_venv NAME REQUIREMENTS makes build/venv-NAME, anew only when the requirements have changed.

make_venv() {
  local venv="build/venv-$1"
  cmp -s "$2" "$venv/.installed" 2>/dev/null && return 0
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$2"
  cp "$2" "$venv/.installed"
}
