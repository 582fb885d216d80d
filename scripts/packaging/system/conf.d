# Read by /etc/cron.daily/rcusync. Under systemd leave this alone: systemctl enable --now rcusync.timer

# Whether to sync once a day: yes or no.
daily=no

# Flags for rcusync sync.
flags="--min-interval=12h"
