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
    if [[ " ${COMP_WORDS[*]:1:COMP_CWORD-1} " == *" -- "* ]]; then
        _rcusync_ask
        return
    fi
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
        *:--root) _rcusync_files -d; return ;;
        *:--config-root) _rcusync_files -d; return ;;
        *:--repos-conf) _rcusync_files -f; return ;;
        sync:--jobs | sync:-j) return ;;
        sync:--full-every) return ;;
        sync:--strategy) mapfile -t COMPREPLY < <(compgen -W 'auto manifest plan full' -- "$cur"); return ;;
        sync:--submodule) mapfile -t COMPREPLY < <(compgen -W 'glsa news profiles' -- "$cur"); return ;;
        sync:--min-interval) return ;;
        status:--metrics) _rcusync_files -f; return ;;
        exec:--snapshot) _rcusync_ask; return ;;
        exec:--set) _rcusync_ask; return ;;
        pin:--name) _rcusync_ask; return ;;
        verify:--tree) _rcusync_files -d; return ;;
        verify:--key) _rcusync_files -f; return ;;
        verify:--full-every) return ;;
        migrate:--to) mapfile -t COMPREPLY < <(compgen -W 'rcu quarantine inplace' -- "$cur"); return ;;
        migrate:--store) _rcusync_files -d; return ;;
        mount-args:--for) mapfile -t COMPREPLY < <(compgen -W 'docker podman nspawn bwrap fstab' -- "$cur"); return ;;
        mount-args:--target) return ;;
    esac
    case $command in
        '') _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'sync init list status path exec pin unpin diff rollback gc verify migrate doctor mount unmount mount-args config completions man help' ;;
        sync) _rcusync_words '--jobs -j --force --allow-older --full-every --strategy --submodule --min-interval --wait --no-wait --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        init) _rcusync_words '--write --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        list) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' '' ;;
        status) _rcusync_words '--sizes --metrics --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        path) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        exec) _rcusync_words '--snapshot --set --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        pin) _rcusync_words '--name --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        unpin) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        diff) _rcusync_words '--files --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        rollback) _rcusync_words '--force --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        gc) _rcusync_words '--wait --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        verify) _rcusync_words '--tree --key --full --full-every --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        migrate) _rcusync_words '--to --store --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        doctor) _rcusync_words '--fix --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        mount) _rcusync_words '--refresh --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        unmount) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        mount-args) _rcusync_words '--for --target --dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        config) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' ;;
        completions) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'bash zsh fish' ;;
        man) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'rcusync rcusync-repos.conf' ;;
        help) _rcusync_words '--dry-run -n --quiet -q --verbose -v --json --color --root --config-root --repos-conf --help -h --version' 'sync init list status path exec pin unpin diff rollback gc verify migrate doctor mount unmount mount-args config completions man help' ;;
    esac
}

# Completes flags from $1 after a dash, else words from $2; without $2, what the program knows.
_rcusync_words() {
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
    elif (($# > 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$2" -- "$cur")
    else
        _rcusync_ask
    fi
}

# Completes what the program says may stand at the cursor.
_rcusync_ask() {
    local at word typed=() answer
    for ((at = 1; at <= COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        [[ $word == "~/"* ]] && word=$HOME${word:1}
        if ((at > 1)) && [[ $word == = || ${COMP_WORDS[at - 1]} == = ]]; then
            typed[-1]+=$word
        else
            typed+=("$word")
        fi
    done
    mapfile -t answer < <(rcusync __complete -- "${typed[@]}" 2>/dev/null)
    case ${answer[0]} in
        :directories) _rcusync_files -d ;;
        :files) _rcusync_files -f ;;
        :program) _rcusync_files -c ;;
        *)
            compopt -o nosort 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -W "${answer[*]%%$'	'*}" -- "$cur")
            ;;
    esac
}

# Completes paths or programs: $1 is the option of compgen.
_rcusync_files() {
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

complete -F _rcusync rcusync
