# Sourced by the scripts beside it; needs nothing but a POSIX shell. Expects `root`, the checkout.
# Whatever it says goes to stderr; it says nothing when nothing is missing.

deno_version=2.9.6
cache=$root/.cache

# Sets `deno` to a Deno 2 of 2.9.0 or newer: the one in PATH, else the pinned npm package kept in .cache.
need_deno() {
  for deno in "$(command -v deno || :)" "$cache/deno-$deno_version/deno"; do
    if fits "$deno"; then
      return
    fi
  done
  install_deno
}

fits() {
  [ -x "$1" ] || return 1
  case $("$1" --version 2>/dev/null) in
    "deno 2."[0-8]"."*) return 1 ;;
    "deno 2."*) return 0 ;;
    *) return 1 ;;
  esac
}

# The binary is inside the package for this platform, so no install script has to run. Only the finished file is
# renamed into place: two bootstraps at once do the same work twice and neither sees half a binary.
install_deno() {
  command -v npm >/dev/null || give_up "Neither deno 2.9 nor npm is installed" "Install Deno 2.9 or Node.js with npm"
  say "Installing deno $deno_version from npm into .cache"
  mkdir -p "$cache/deno-$deno_version"
  partial=$(mktemp -d "$cache/install.XXXXXX")
  npm install --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
    --prefix "$partial" "deno@$deno_version" >/dev/null || { rm -rf "$partial"; give_up "npm could not install deno@$deno_version"; }
  for binary in "$partial"/node_modules/@deno/*/deno; do
    if [ -f "$binary" ]; then
      chmod 755 "$binary"
      mv -f "$binary" "$deno"
    fi
  done
  rm -rf "$partial"
  fits "$deno" || give_up "The npm package deno@$deno_version has no binary that runs on this platform" "Install Deno 2.9"
}

# need_commands COMMAND[:PACKAGE]...: installs the Debian packages of the commands that are missing, if it may.
need_commands() {
  find_missing "$@"
  [ -z "$missing" ] || install_packages "$missing"
}

# want_commands COMMAND[:PACKAGE]...: the same, where it may; it does without them elsewhere.
want_commands() {
  find_missing "$@"
  if [ -n "$missing" ] && may_install; then
    (install_packages "$missing") || :
  fi
}

# Sets `missing` to the packages of those commands that are not in PATH.
find_missing() {
  missing=
  for pair; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
  done
  missing=${missing# }
}

may_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install_packages() {
  if ! may_install; then
    give_up "Missing: $1" "Install these packages, or their like on this system, and run the command again"
  fi
  say "Installing $1"
  mkdir -p "$cache"
  # apt-get takes one at a time; the second to come finds everything installed.
  # shellcheck disable=SC2016,SC2086
  flock "$cache/apt.lock" sh -c '
    export DEBIAN_FRONTEND=noninteractive
    apt-get update && apt-get install -y --no-install-recommends "$@"
  ' apt $1 >"$cache/apt.log" 2>&1 || { cat "$cache/apt.log" >&2; give_up "apt-get could not install $1"; }
}

say() {
  printf 'rcusync: %s\n' "$1" >&2
}

give_up() {
  say "$1"
  [ -z "${2-}" ] || printf '  hint: %s\n' "$2" >&2
  exit 1
}
