#!/usr/bin/env bash
# Proves `make demo` and `make test` on a bare Debian 12: debootstraps a tree with git and make only,
# clones the committed state into it and runs both there (FRESH_DOORS="demo": only that one). Needs root
# and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(id -u)" -eq 0 ] || { echo "make fresh needs root (chroot)" >&2; exit 1; }
command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq debootstrap; }
tree=${FRESH_TREE:-$PWD/build/fresh}
if [ ! -d "$tree/usr" ]; then
  debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$tree"
fi
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources /etc/apt/apt.conf.d /etc/resolv.conf \
  /etc/pip.conf /etc/npmrc /usr/local/share/ca-certificates /etc/ssl/certs/ca-certificates.crt; do
  # How this machine reaches its package registries is the machine's business, not the project's.
  if [ -e "$file" ]; then mkdir -p "$tree$(dirname "$file")"; cp -r "$file" "$tree$(dirname "$file")/"; fi
done
rm -rf "$tree/work"
git clone --quiet . "$tree/work"
mount_in() { mountpoint -q "$tree/$1" || mount --bind "/$1" "$tree/$1"; }
mount_in proc
mount_in dev
trap 'umount "$tree/proc" "$tree/dev"' EXIT
pass=$(env | grep -iE '^(https?_proxy|no_proxy|pip_|npm_|goproxy|gosumdb|goflags|ssl_cert|node_extra)' || true)
in_tree() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 $pass chroot "$tree" sh -c "cd /work && $1" < /dev/null; }
timed() {  # label command
  local start; start=$(date +%s)
  in_tree "$2"
  echo "$1: $(( $(date +%s) - start )) s"
}
for door in ${FRESH_DOORS:-demo test}; do
  case "$door" in
    demo)
      timed "make demo, cold" "make demo ARGS=--no-wait"
      timed "make demo, warm" "make demo ARGS=--no-wait"
      ;;
    test) timed "make test, cold" "make test" ;;
    *) echo "fresh.sh: no door called '$door'" >&2; exit 2 ;;
  esac
done
