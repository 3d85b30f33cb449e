//go:build tools

package tools

import (
	_ "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
	_ "github.com/coredns/coredns"
	_ "github.com/rancher/local-path-provisioner"
	_ "sigs.k8s.io/metrics-server/cmd/metrics-server"
)
