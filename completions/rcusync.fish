# fish completion for rcusync; generated, do not edit

# Prints the command that is typed, if there is one.
function __rcusync_command
    set -l words (commandline -opc)[2..]
    while set -q words[1]
        switch $words[1]
            case --color --root --config-root --repos-conf
                set -e words[1]
            case '-*'
            case '*'
                echo $words[1]
                return
        end
        set -e words[1]
    end
    return 1
end

# Tells whether that is the command that is typed.
function __rcusync_is
    __rcusync_command | string match -q -- $argv[1]
end

# Prints what the program says may stand at the cursor.
function __rcusync_ask
    set -l typed (commandline -opc)[2..]
    set -l current (commandline -ct)
    set -l answer (rcusync __complete -- (string replace -r '^~/' "$HOME/" -- $typed) "$current" 2>/dev/null)
    switch "$answer[1]"
        case :directories
            __fish_complete_directories "$current"
        case :program :files
            set -l at (contains -i -- -- $typed)
            and complete -C (string join -- ' ' (string escape -- $typed[(math $at + 1)..]) "$current")
        case '*'
            string join -- \n $answer
    end
end

complete -c rcusync -f
complete -c rcusync -l dry-run -s n -d 'Print what would be done; change nothing'
complete -c rcusync -l quiet -s q -d 'Print results and errors alone; on success, sync prints nothing'
complete -c rcusync -l verbose -s v -d 'Print more; may be given more than once'
complete -c rcusync -l json -d 'Print one JSON document; for sync, one JSON object a line'
complete -c rcusync -l color -x -a 'auto always never' -d 'Use colours: on terminals (auto), always or never'
complete -c rcusync -l root -x -a '(__fish_complete_directories)' -d 'Work on the system under DIR'
complete -c rcusync -l config-root -x -a '(__fish_complete_directories)' -d 'Read the configuration under DIR'
complete -c rcusync -l repos-conf -r -F -d 'Read PATH, a file or a directory, in place of the system\'s repos.conf'
complete -c rcusync -l help -s h -d 'Print help and exit'
complete -c rcusync -l version -d 'Print the version and exit'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a sync -d 'Sync the repositories that auto-sync, or those named'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a init -d 'Propose what repos.conf needs for snapshots, and write it when told'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a list -d 'List the repositories: type, storage, latest snapshot, last sync, location'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a status -d 'Show the snapshots: age, changes, and what keeps them'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a path -d 'Print the canonical path of the latest snapshot'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a exec -d 'Run a command with a snapshot leased'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a pin -d 'Keep a snapshot until it is unpinned'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a unpin -d 'Remove a pin'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a diff -d 'Show which packages and files differ between two snapshots'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a rollback -d 'Publish an earlier snapshot again'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a gc -d 'Remove the snapshots that expired'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a verify -d 'Check signature and Manifests of published trees, or of any tree'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a migrate -d 'Move a repository to another storage'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a doctor -d 'Find what is wrong with repositories and stores, and mend it'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a mount -d 'Mount the latest snapshot read-only'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a unmount -d 'Unmount what rcusync mount mounted'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a mount-args -d 'Print the options that give a container the latest snapshot'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a config -d 'Show the effective configuration, and where each value comes from'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a completions -d 'Print the completion script of a shell'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a man -d 'Print a manual page'
complete -c rcusync -n 'not __rcusync_command >/dev/null' -a help -d 'Explain a command'
complete -c rcusync -n '__rcusync_is sync' -l jobs -s j -x -d 'Sync N repositories at a time; 1 unless given'
complete -c rcusync -n '__rcusync_is sync' -l force -d 'Transfer even when the mirror\'s timestamp is the same as ours'
complete -c rcusync -n '__rcusync_is sync' -l allow-older -d 'Take a tree that is older than the one here'
complete -c rcusync -n '__rcusync_is sync' -l full-every -x -d 'Read every file to verify it, not only what changed, after DAYS; 30 unless given'
complete -c rcusync -n '__rcusync_is sync' -l strategy -x -a 'auto manifest plan full' -d 'Find out what changed by signed Manifests or by comparing all; before sync-rcu-strategy'
complete -c rcusync -n '__rcusync_is sync' -l submodule -x -a 'glsa news profiles' -d 'Sync this part alone, of a tree that is not verified; may be given more than once'
complete -c rcusync -n '__rcusync_is sync' -l min-interval -x -d 'Leave a mirror alone that was synced from less long ago: 30m, 12h, 2d; needs sync-rcu'
complete -c rcusync -n '__rcusync_is sync' -l wait -d 'Wait for another writer, without SECONDS for ever; 60 seconds unless given'
complete -c rcusync -n '__rcusync_is sync' -l no-wait -d 'Fail at once when another writer holds the store'
complete -c rcusync -n '__rcusync_is sync' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is init' -l write -d 'Write them to a new file in the directory repos.conf'
complete -c rcusync -n '__rcusync_is init' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is status' -l sizes -d 'Show what each snapshot takes for itself and shares'
complete -c rcusync -n '__rcusync_is status' -l metrics -r -F -d 'Write FILE for Prometheus, in one step, instead of showing anything'
complete -c rcusync -n '__rcusync_is status' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is path' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is exec' -l snapshot -x -k -a '(__rcusync_ask)' -d 'Lease snapshot N'
complete -c rcusync -n '__rcusync_is exec' -l set -x -k -a '(__rcusync_ask)' -d 'Lease the latest snapshots of all these'
complete -c rcusync -n '__rcusync_is exec' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is pin' -l name -x -k -a '(__rcusync_ask)' -d 'Who wants it: letters, digits, dots, dashes, underscores'
complete -c rcusync -n '__rcusync_is pin' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is unpin' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is diff' -l files -d 'List every file as well'
complete -c rcusync -n '__rcusync_is diff' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is rollback' -l force -d 'Publish a snapshot even when it looks incomplete'
complete -c rcusync -n '__rcusync_is rollback' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is gc' -l wait -d 'Wait for the readers of expired snapshots to leave, without SECONDS for ever'
complete -c rcusync -n '__rcusync_is gc' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is verify' -l tree -x -a '(__fish_complete_directories)' -d 'Check the tree at DIR; needs --key'
complete -c rcusync -n '__rcusync_is verify' -l key -r -F -d 'Trust the public keys in FILE instead'
complete -c rcusync -n '__rcusync_is verify' -l full -d 'Read every file, whatever an earlier check has seen of it'
complete -c rcusync -n '__rcusync_is verify' -l full-every -x -d 'Read every file when that was last done DAYS ago; 30 unless given'
complete -c rcusync -n '__rcusync_is verify' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is migrate' -l to -x -a 'rcu quarantine inplace' -d 'The storage to move to'
complete -c rcusync -n '__rcusync_is migrate' -l store -x -a '(__fish_complete_directories)' -d 'Where the store goes if repos.conf names none; beside the location unless given'
complete -c rcusync -n '__rcusync_is migrate' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is doctor' -l fix -d 'Mend what can be mended safely'
complete -c rcusync -n '__rcusync_is doctor' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is mount' -l refresh -d 'Move existing mounts to the latest snapshot'
complete -c rcusync -n '__rcusync_is mount' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is unmount' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is mount-args' -l for -x -a 'docker podman nspawn bwrap fstab' -d 'The tool that is to mount it'
complete -c rcusync -n '__rcusync_is mount-args' -l target -x -d 'The absolute path inside; the location unless given'
complete -c rcusync -n '__rcusync_is mount-args' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is config' -k -a '(__rcusync_ask)'
complete -c rcusync -n '__rcusync_is completions' -a 'bash zsh fish'
complete -c rcusync -n '__rcusync_is man' -a 'rcusync rcusync-repos.conf'
complete -c rcusync -n '__rcusync_is help' -a 'sync init list status path exec pin unpin diff rollback gc verify migrate doctor mount unmount mount-args config completions man help'
