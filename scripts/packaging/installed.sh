# Sourced by scripts/install and scripts/uninstall: what is installed, and where. Expects `root`, the checkout.

prefix=/usr/local
destdir=

# read_options ARG...: sets `prefix` and `destdir`.
read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix=* | --destdir=*) set_option "${1%%=*}" "${1#*=}" ;;
      --prefix | --destdir)
        [ $# -gt 1 ] || usage
        set_option "$1" "$2"
        shift
        ;;
      *) usage ;;
    esac
    shift
  done
}

# Only an absolute path means the same in a unit as it does here.
set_option() {
  case $1,$2 in
    --prefix,/*) prefix=${2%/} ;;
    --destdir,/*) destdir=${2%/} ;;
    *) usage ;;
  esac
}

usage() {
  echo "Usage: ${0##*/} [--prefix /DIR] [--destdir /DIR]" >&2
  exit 2
}

# Prints a line for each file: mode, source below the checkout, target below `destdir`. The target comes last: it may
# have blanks in it.
installed_files() {
  cat <<END
755 dist/rcusync $prefix/bin/rcusync
644 docs/man/rcusync.1 $prefix/share/man/man1/rcusync.1
644 docs/man/rcusync-repos.conf.5 $prefix/share/man/man5/rcusync-repos.conf.5
644 completions/rcusync.bash $prefix/share/bash-completion/completions/rcusync
644 completions/_rcusync $prefix/share/zsh/site-functions/_rcusync
644 completions/rcusync.fish $prefix/share/fish/vendor_completions.d/rcusync.fish
644 scripts/packaging/system/rcusync.service $prefix/lib/systemd/system/rcusync.service
644 scripts/packaging/system/rcusync.timer $prefix/lib/systemd/system/rcusync.timer
755 scripts/packaging/system/cron.daily /etc/cron.daily/rcusync
644 scripts/packaging/system/conf.d /etc/conf.d/rcusync
END
}

# filled SOURCE: prints the file with @BINDIR@ replaced.
filled() {
  sed "s|@BINDIR@|$(printf '%s' "$prefix/bin" | sed 's/[&|\\]/\\&/g')|g" "$root/$1"
}
