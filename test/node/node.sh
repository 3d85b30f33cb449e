#!/usr/bin/env bash
# node.sh FOLDER CGROUP ADDRESS PODS PROCESSORS STORE: a node, in mount and network namespaces of its own. Its process id
# within the machine stands in FOLDER/node.pid once it is there. PODS is the range of its pods' addresses.
set -euo pipefail
source "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/cgroups.sh"
folder=$1 cgroup=$2 address=$3 pods=$4 processors=$5 store=$6

network() {
  local port=to-${address##*.}
  ip link add eth0 type veth peer name "$port" netns 1
  nsenter --net=/proc/1/ns/net ip link set "$port" master switch up
  ip link set lo up
  ip address add "$address/24" dev eth0
  ip link set eth0 up
  # Addresses of Services: the kernel must find a way before kube-proxy's rules are asked.
  ip route add 10.96.0.0/16 dev eth0
  sysctl -qw net.ipv4.ip_forward=1
  cat >"$folder/cni/pods.conflist" <<JSON
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {
      "type": "ptp",
      "ipam": {
        "type": "host-local",
        "dataDir": "/run/cni",
        "ranges": [[{ "subnet": "$pods" }]],
        "routes": [{ "dst": "0.0.0.0/0" }]
      }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
JSON
}

# The kubelet counts the processors in these files: a node may have more than the machine.
processors() {
  local system=$folder/system index of
  for ((index = 0; index < $1; index++)); do
    for of in cpu node/node0; do
      mkdir -p "$system/$of/cpu$index/topology"
      echo "$index" >"$system/$of/cpu$index/topology/core_id"
      echo 0 >"$system/$of/cpu$index/topology/physical_package_id"
      echo 1 >"$system/$of/cpu$index/online"
    done
  done
  mkdir -p "$system/node/node0/hugepages"
  cp /sys/devices/system/node/node0/{meminfo,distance} "$system/node/node0/"
  tee "$system"/cpu/{online,possible,present} "$system/node/node0/cpulist" <<<"0-$(($1 - 1))" >/dev/null
  tee "$system"/node/{online,possible,has_cpu,has_memory} <<<0 >/dev/null
  mount --bind "$system/cpu" /sys/devices/system/cpu
  mount --bind "$system/node" /sys/devices/system/node
}

# The layers of images are those of the store, read-only; what is written above them is the node's own.
images() {
  local root=$folder/lib/containerd snapshot path
  local content=io.containerd.content.v1.content
  local snapshots=io.containerd.snapshotter.v1.overlayfs metadata=io.containerd.metadata.v1.bolt
  mkdir -p "$root"/{$content,$snapshots/snapshots,$metadata}
  cp "$store/$snapshots/metadata.db" "$root/$snapshots/"
  cp "$store/$metadata/meta.db" "$root/$metadata/"
  mount --bind "$store/$content" "$root/$content"
  mount --options remount,bind,ro "$root/$content"
  for snapshot in "$store/$snapshots/snapshots"/*; do
    path=$root/$snapshots/snapshots/${snapshot##*/}
    mkdir "$path"
    mount --bind "$snapshot" "$path"
    mount --options remount,bind,ro "$path"
  done
}

mkdir -p "$folder"/{lib,log,cni}
hostname "$(basename "$folder")"
make_cgroups "$cgroup/kubepods"
network
processors "$processors"
images
# The programs of a node write to folders that have fixed names.
mount --rbind "$folder/lib" /var/lib
mount --bind "$folder/log" /var/log
mount -t tmpfs tmpfs /run
mount --make-rshared /
echo $$ >"$folder/node.pid.new"
mv "$folder/node.pid.new" "$folder/node.pid"
exec sleep infinity
