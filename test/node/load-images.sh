#!/usr/bin/env bash
# load-images.sh STORE LAYOUT: unpacks the images of an OCI layout into the folder of a containerd that runs meanwhile.
# Layers that are in the store already are not unpacked again; images of an earlier layout go.
set -euo pipefail
store=$1 layout=$2
index=$(<"$layout/index.json")
if [[ -f $store.index && $(<"$store.index") == "$index" ]]; then exit; fi
rm -f "$store.index"
mkdir -p "$store"

# blobs TEXT: the files that it names.
blobs() {
  sed -n 's|.*"sha256:\([0-9a-f]\{64\}\)".*|blobs/sha256/\1|p' <<<"${1//,/$'\n'}" | sort -u
}

# The layout may hold layers that no image has.
archive() {
  local manifests layers
  mapfile -t manifests < <(blobs "$index")
  mapfile -t layers < <(blobs "$(cd "$layout" && cat "${manifests[@]}")")
  tar -C "$layout" -c oci-layout index.json "${manifests[@]}" "${layers[@]}"
}

# shellcheck disable=SC2016
archive | unshare --pid --fork --kill-child --mount --mount-proc bash -euo pipefail -c '
  mount -t tmpfs tmpfs /run
  mkdir /run/containerd
  cat >/run/containerd/config.toml <<TOML
version = 2
root = "$0"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
TOML
  containerd --config /run/containerd/config.toml --log-level error </dev/null &
  until ctr version >/dev/null 2>&1; do
    kill -0 $!
    sleep 0.1
  done
  ctr --namespace k8s.io images list --quiet | xargs --no-run-if-empty ctr --namespace k8s.io images remove >/dev/null
  ctr --namespace k8s.io images import - >/dev/null
  # The kubelet finds images that have this label.
  for image in $(ctr --namespace k8s.io images list --quiet); do
    ctr --namespace k8s.io images label "$image" io.cri-containerd.image=managed >/dev/null
  done
  kill -TERM $!
  wait $! || true
' "$store"
echo "$index" >"$store.index"
