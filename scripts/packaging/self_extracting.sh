#!/bin/sh
# rcusync in one file: this stub, then the deno runtime and the program, each compressed by gzip.
# Both are unpacked once into a private cache and run from there.
set -eu

# unpack FILE BYTES START PACKED: makes FILE, which must have BYTES, from PACKED bytes at START of this file.
# A rename puts it in place, so that two runs at once, or one cut off, never leave half a file.
unpack() {
  if [ -f "$1" ] && [ "$(wc -c <"$1")" -eq "$2" ]; then
    return
  fi
  partial=$1.$$
  if ! tail -c "+$3" "$self" | head -c "$4" | gzip -dc >"$partial" || [ "$(wc -c <"$partial")" -ne "$2" ]; then
    rm -f "$partial"
    give_up "cannot unpack itself into $cache"
  fi
  chmod 700 "$partial"
  sync "$partial" 2>/dev/null || sync
  mv -f "$partial" "$1"
}

# usable DIR: makes it when it is not there; it must be a real directory that is ours and nobody else's.
usable() {
  mkdir -p "${1%/*}" 2>/dev/null && { [ -d "$1" ] || mkdir -m 700 "$1" 2>/dev/null; } || [ -d "$1" ] || return 1
  # shellcheck disable=SC2046
  set -- $(LC_ALL=C ls -ldn "$1")
  case $1 in
    drwx------*) [ "$3" = "$uid" ] ;;
    *) return 1 ;;
  esac
}

give_up() {
  printf 'rcusync: %s\n' "$1" >&2
  exit 1
}

self=$0
uid=$(id -u)

# Root runs nothing from a folder whose parents belong to a user, whatever HOME says.
if [ "$uid" = 0 ]; then
  cache=/var/cache/rcusync
else
  cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/rcusync
fi
if ! usable "$cache"; then
  cache=/tmp/rcusync-$uid
  usable "$cache" || give_up "needs a private directory, and $cache is not one"
fi

deno=$cache/deno-@DENO_ID@
program=$cache/rcusync-@PROGRAM_ID@.js
unpack "$deno" @DENO_BYTES@ @DENO_START@ @DENO_PACKED@
unpack "$program" @PROGRAM_BYTES@ @PROGRAM_START@ @PROGRAM_PACKED@

export RCUSYNC_OUTER_DENO_DIR="${DENO_DIR-}" RCUSYNC_OUTER_DENO_NO_UPDATE_CHECK="${DENO_NO_UPDATE_CHECK-}"
export DENO_DIR="$cache/deno-dir" DENO_NO_UPDATE_CHECK=1
exec "$deno" run -A --quiet --no-config --no-lock --no-npm --no-remote "$program" "$@"
# The line above ends the script: what follows is not text.
