// Stands in for the device plugin of NVIDIA: device-plugin COUNT offers GPUs that do not exist, so that pods that ask for
// them are placed, admitted and counted. NVIDIA_VISIBLE_DEVICES tells a container which of them it has.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

const endpoint = "gpu.sock"

type plugin struct {
	api.UnimplementedDevicePluginServer
	devices []*api.Device
}

func (plugin) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{}, nil
}

func (p plugin) ListAndWatch(_ *api.Empty, stream api.DevicePlugin_ListAndWatchServer) error {
	if err := stream.Send(&api.ListAndWatchResponse{Devices: p.devices}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func (plugin) Allocate(_ context.Context, request *api.AllocateRequest) (*api.AllocateResponse, error) {
	response := &api.AllocateResponse{}
	for _, container := range request.ContainerRequests {
		envs := map[string]string{"NVIDIA_VISIBLE_DEVICES": strings.Join(container.DevicesIds, ",")}
		response.ContainerResponses = append(response.ContainerResponses, &api.ContainerAllocateResponse{Envs: envs})
	}
	return response, nil
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	check(err)
	served := plugin{}
	for index := range count {
		served.devices = append(served.devices, &api.Device{ID: "gpu-" + strconv.Itoa(index), Health: api.Healthy})
	}
	// The kubelet empties the folder before it listens.
	for exists := false; !exists; time.Sleep(100 * time.Millisecond) {
		_, err := os.Stat(api.KubeletSocket)
		exists = err == nil
	}
	listener, err := net.Listen("unix", api.DevicePluginPath+endpoint)
	check(err)
	server := grpc.NewServer()
	api.RegisterDevicePluginServer(server, served)
	go register()
	check(server.Serve(listener))
}

func register() {
	kubelet, err := grpc.NewClient("unix://"+api.KubeletSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	request := &api.RegisterRequest{Version: api.Version, Endpoint: endpoint, ResourceName: "nvidia.com/gpu"}
	_, err = api.NewRegistrationClient(kubelet).Register(context.Background(), request, grpc.WaitForReady(true))
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
