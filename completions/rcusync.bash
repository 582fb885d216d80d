# bash completion for rcusync; generated, do not edit

_rcusync() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= at
    # bash takes the = of --flag=value for a word of its own.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        case ${COMP_WORDS[at]} in
            =) ((at++)) ;;
            --color | --root | --config-root | --repos-conf) [[ ${COMP_WORDS[at + 1]} == = ]] || ((at++)) ;;
            -*) ;;
            *) command=${COMP_WORDS[at]}; break ;;
        esac
    done
    case $command:$prev in
        *:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        *:--root) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
        *:--config-root) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
        *:--repos-conf) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        sync:--jobs | sync:-j) return ;;
        sync:--full-every) return ;;
        sync:--strategy) mapfile -t COMPREPLY < <(compgen -W 'auto manifest plan full' -- "$cur"); return ;;
        sync:--submodule) mapfile -t COMPREPLY < <(compgen -W 'glsa news profiles' -- "$cur"); return ;;
        sync:--min-interval) return ;;
        status:--metrics) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        exec:--snapshot) return ;;
        exec:--set) return ;;
        pin:--name) return ;;
        verify:--tree) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
        verify:--key) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        verify:--full-every) return ;;
        migrate:--to) mapfile -t COMPREPLY < <(compgen -W 'rcu quarantine inplace' -- "$cur"); return ;;
        migrate:--store) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
        mount-args:--for) mapfile -t COMPREPLY < <(compgen -W 'docker podman nspawn bwrap fstab' -- "$cur"); return ;;
        mount-args:--target) return ;;
    esac
    case $command in
        '') _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'sync init list status path exec pin unpin diff rollback gc verify migrate doctor mount unmount mount-args config completions man help' ;;
        sync) _rcusync_words '--jobs -j --force --allow-older --full-every --strategy --submodule --min-interval --wait --no-wait --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        init) _rcusync_words '--write --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        list) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' '' ;;
        status) _rcusync_words '--sizes --metrics --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        path) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        exec) _rcusync_words '--snapshot --set --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        pin) _rcusync_words '--name --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        unpin) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        diff) _rcusync_words '--files --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        rollback) _rcusync_words '--force --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        gc) _rcusync_words '--wait --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        verify) _rcusync_words '--tree --key --full --full-every --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        migrate) _rcusync_words '--to --store --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        doctor) _rcusync_words '--fix --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        mount) _rcusync_words '--refresh --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        unmount) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' '' ;;
        mount-args) _rcusync_words '--for --target --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        config) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' "$(rcusync __complete repositories 2>/dev/null)" ;;
        completions) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'bash zsh fish' ;;
        man) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'rcusync rcusync-repos.conf' ;;
        help) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'sync init list status path exec pin unpin diff rollback gc verify migrate doctor mount unmount mount-args config completions man help' ;;
    esac
}

# Completes flags from $1 after a dash, else words from $2.
_rcusync_words() {
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -W "$2" -- "$cur")
    fi
}

complete -F _rcusync rcusync
