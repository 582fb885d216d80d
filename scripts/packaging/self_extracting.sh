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
  partial=$cache/new.$$
  if ! tail -c "+$3" "$self" | head -c "$4" | gzip -dc >"$partial" || [ "$(wc -c <"$partial")" -ne "$2" ]; then
    rm -f "$partial"
    give_up "cannot unpack itself into $cache"
  fi
  chmod 700 "$partial"
  sync "$partial" 2>/dev/null || sync
  mv -f "$partial" "$1"
  # What other versions unpacked a week ago and more; two that are in use by turns do not chase each other.
  kind=${1##*/}
  find "$cache/${kind%%-*}"-* -prune -type f -mtime +6 -exec rm -f {} + 2>/dev/null || :
}

# usable DIR: makes it when it is not there; it must be a real directory that is ours and nobody else's, and have what is
# needed or room for it.
usable() {
  mkdir -p "${1%/*}" 2>/dev/null && { [ -d "$1" ] || mkdir -m 700 "$1" 2>/dev/null; } || [ -d "$1" ] || return 1
  directory=$1
  [ -w "$1" ] || { [ -f "$1/$deno" ] && [ -f "$1/$program" ]; } || return 1
  # shellcheck disable=SC2046
  set -- $(LC_ALL=C ls -ldn "$1")
  case $1 in
    drwx------*) [ "$3" = "$uid" ] && runs_from "$directory" ;;
    *) return 1 ;;
  esac
}

# runs_from DIR: the file system is not mounted noexec. Only trying tells; not every shell's test -x knows.
runs_from() {
  [ ! -f "$1/$deno" ] || return 0
  probe=$1/probe.$$
  printf '#!/bin/sh\n' 2>/dev/null >"$probe" && chmod 700 "$probe" && "$probe" 2>/dev/null && runs=0 || runs=1
  rm -f "$probe"
  return "$runs"
}

# trusted DIR: nobody but root and us can put another directory in its place, however high up.
trusted() {
  above=$(cd -P "$1" 2>/dev/null && pwd -P) || return 1
  while :; do
    # shellcheck disable=SC2046
    set -- $(LC_ALL=C ls -ldn "$above")
    case $1 in
      d????-??-?* | d????????[tT]*) [ "$3" = 0 ] || [ "$3" = "$uid" ] || return 1 ;;
      *) return 1 ;;
    esac
    [ "$above" != / ] || return 0
    above=${above%/*}
    above=${above:-/}
  done
}

# usual_cache: sets `cache` to where both files belong.
usual_cache() {
  # Root runs nothing from a folder whose parents belong to a user, whatever HOME says.
  if [ "$uid" = 0 ]; then
    cache=/var/cache/rcusync
  else
    cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/rcusync
  fi
}

# find_cache: sets `cache` to where both files are or may be put.
find_cache() {
  usual_cache
  ! usable "$cache" || return 0
  for temporary in "${TMPDIR:-/tmp}" /tmp; do
    cache=$temporary/rcusync-$uid
    ! trusted "$temporary" || ! usable "$cache" || return 0
  done
  give_up "needs a private directory to unpack itself into, and $cache is not one
  hint: Set TMPDIR to a directory that nobody else can write to, where programs may run"
}

# shellcheck disable=SC2034
# own_uid: sets `uid` to whom this runs as, without a command, if /proc tells.
own_uid() {
  uid=
  [ -r /proc/self/status ] || return 1
  while read -r key real uid rest; do
    [ "$key" != Uid: ] || break
    uid=
  done </proc/self/status
  [ -n "$uid" ]
}

# at_hand: sets `cache` to where both files are already, whole, and in a directory of ours that nobody else can write to.
# Most of the time they are; each command that tells is 2 ms.
at_hand() {
  usual_cache
  [ -f "$cache/$program" ] && [ -f "$cache/$deno" ] || return 1
  # shellcheck disable=SC2046
  set -- $(LC_ALL=C ls -ldn "$cache" "$cache/$deno" "$cache/$program" 2>/dev/null)
  # Nine words for each, unless there are blanks in the path: type and mode, links, owner, group, size and the rest
  [ $# -eq 27 ] && [ "$3" = "$uid" ] && [ "${14}" = "$deno_bytes" ] && [ "${23}" = "$program_bytes" ] || return 1
  case $1 in drwx------*) ;; *) return 1 ;; esac
}

give_up() {
  printf 'rcusync: %s\n' "$1" >&2
  exit 1
}

# The program gets PATH as it came; unpacking takes the system's own commands, whatever that says.
outer_path=${PATH-}
PATH=/usr/bin:/bin:$outer_path

self=$0
deno=deno-@DENO_ID@
deno_bytes=@DENO_BYTES@
program=rcusync-@PROGRAM_ID@.js
program_bytes=@PROGRAM_BYTES@
own_uid || uid=$(id -u)
if ! at_hand; then
  find_cache
  unpack "$cache/$deno" "$deno_bytes" @DENO_START@ @DENO_PACKED@
  unpack "$cache/$program" "$program_bytes" @PROGRAM_START@ @PROGRAM_PACKED@
fi

export RCUSYNC_OUTER_DENO_DIR="${DENO_DIR-}" RCUSYNC_OUTER_DENO_NO_UPDATE_CHECK="${DENO_NO_UPDATE_CHECK-}"
export DENO_DIR="$cache/deno-dir" DENO_NO_UPDATE_CHECK=1
PATH=$outer_path
exec "$cache/$deno" run -A --quiet --no-config --no-lock --no-npm --no-remote "$cache/$program" "$@"
# The line above ends the script: what follows is not text.
