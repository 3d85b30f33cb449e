#!/usr/bin/env bash
# machine.sh FOLDER CGROUP: a machine in namespaces, whose network has no way out. It lasts until its standard input
# ends, which it does when whoever started it is gone, in whatever way: then its processes, mounts, namespaces, cgroups
# and files go as well. It prints its process id once it is there.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
source "$here/cgroups.sh"
folder=$1 cgroup=$2

# One machine at a time, wherever its folder is: the next one removes the cgroup of the last. Whatever belongs to a machine
# holds the lock.
exec 9</sys/fs/cgroup
flock --timeout 60 9 || {
  echo "another run uses the cgroup $cgroup" >&2
  exit 1
}

unshare=
leave_nothing() {
  if [[ -n $unshare ]]; then
    kill -KILL "$unshare" 2>/dev/null || true
    wait "$unshare" 2>/dev/null || true
  fi
  remove_cgroups "$cgroup"
  rm -rf --one-file-system "$folder"
}

# What an earlier run has left that could not clean up.
leave_nothing
mkdir "$folder"
trap leave_nothing EXIT

# Signals end the machine by way of its input: a terminal sends Ctrl-C to all processes alike.
trap '' INT TERM HUP

# All processes end with the first one of their namespace, which ends with this script.
setpriv --pdeathsig KILL -- \
  unshare --pid --fork --kill-child --mount --propagation private --mount-proc --net --uts --ipc \
  bash "$here/switch.sh" </dev/null &
unshare=$!
init=
while [[ -z $init ]]; do
  kill -0 "$unshare"
  read -r init _ <"/proc/$unshare/task/$unshare/children" || true
  sleep 0.05
done
while [[ $(<"/proc/$init/comm") != sleep ]]; do
  kill -0 "$unshare"
  sleep 0.05
done
echo "$init"

cat >/dev/null
