#!/usr/bin/env bash
# The first process of a machine: its network is a switch for those of the nodes, and forwards nothing itself.
set -euo pipefail
hostname machine
ip link set lo up
ip link add switch type bridge
ip link set switch up
exec sleep infinity
