"""The operator of the original model platform, by its description: what bench/kopf.ts compares with."""

import kopf
from kubernetes import client, config

KIND = ("ml.example.com", "v1", "modeldeployments")


@kopf.on.startup()
def startup(**_):
    config.load_kube_config()


def objects(name, spec):
    model, version = spec["modelName"], str(spec["modelVersion"])
    labels = {"app": f"{name}-inference", "component": "inference-server", "model-name": model, "model-version": version}
    probe = {"httpGet": {"path": "/health", "port": 8001}, "initialDelaySeconds": 10, "periodSeconds": 5}
    container = {
        "name": "inference-server",
        "image": "example.org/inference-server:1",
        "ports": [{"name": "http", "containerPort": 8001}],
        "env": [{"name": "MODEL_NAME", "value": model}, {"name": "MODEL_VERSION", "value": version}],
        "resources": spec.get("resources", {}),
        "livenessProbe": probe,
        "readinessProbe": probe,
    }
    selector = {"app": labels["app"]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    deployment = {
        "metadata": {"name": labels["app"], "labels": labels},
        "spec": {"replicas": spec.get("replicas", 1), "selector": {"matchLabels": selector}, "template": template},
    }
    service = {"metadata": {"name": f"{name}-service", "labels": labels}, "spec": {"selector": selector, "ports": [{"port": 8001}]}}
    return deployment, service


@kopf.on.create(*KIND)
async def create(name, namespace, spec, patch, **_):
    deployment, service = objects(name, spec)
    client.AppsV1Api().create_namespaced_deployment(namespace, deployment)
    client.CoreV1Api().create_namespaced_service(namespace, service)
    patch.status["phase"] = "Pending"


@kopf.on.update(*KIND)
async def update(name, namespace, spec, patch, **_):
    deployment, service = objects(name, spec)
    client.AppsV1Api().patch_namespaced_deployment(deployment["metadata"]["name"], namespace, deployment)
    client.CoreV1Api().patch_namespaced_service(service["metadata"]["name"], namespace, service)
    patch.status["phase"] = "Updating"


@kopf.timer(*KIND, interval=60, initial_delay=60)
async def monitor(name, namespace, spec, patch, **_):
    status = client.AppsV1Api().read_namespaced_deployment_status(f"{name}-inference", namespace).status
    patch.status["phase"] = "Running" if (status.ready_replicas or 0) == spec.get("replicas", 1) else "Updating"


@kopf.on.delete(*KIND)
async def delete(name, namespace, **_):
    client.AppsV1Api().delete_namespaced_deployment(f"{name}-inference", namespace)
    client.CoreV1Api().delete_namespaced_service(f"{name}-service", namespace)
