"""In the place of the operator: a Deployment, a Service and perhaps an autoscaler for each ModelDeployment."""

import datetime
import json
import os
import ssl
import urllib.request
from pathlib import Path

import kopf

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
SMALL = {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"cpu": "500m", "memory": "512Mi"}}


def apply(path, kind, metadata, spec):
    """Server-side apply: creates what is not there, and corrects what is."""
    url = f"https://kubernetes.default.svc/{path}/namespaces/{metadata['namespace']}/{kind.lower()}s/{metadata['name']}"
    headers = {"Content-Type": "application/apply-patch+yaml", "Authorization": f"Bearer {(ACCOUNT / 'token').read_text()}"}
    content = {"apiVersion": path.removeprefix("apis/").removeprefix("api/"), "kind": kind, "metadata": metadata, "spec": spec}
    query = "?fieldManager=ml-operator&force=true"
    request = urllib.request.Request(url + query, json.dumps(content).encode(), headers, method="PATCH")
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    urllib.request.urlopen(request, timeout=30, context=context).close()


@kopf.on.create("ml.example.com", "v1", "modeldeployments")
@kopf.on.update("ml.example.com", "v1", "modeldeployments", field="spec")
@kopf.on.resume("ml.example.com", "v1", "modeldeployments")
def serve(spec, meta, body, patch, **_):
    name = f"{meta['name']}-inference"
    labels = {"app": name, "component": "inference-server", "model-name": spec["modelName"]}
    labels |= {"model-version": str(spec["modelVersion"]), "environment": spec.get("environment", "development")}
    owner = {**kopf.build_owner_reference(body), "blockOwnerDeletion": False}
    metadata = {"name": name, "namespace": meta["namespace"]}
    metadata |= {"labels": {**labels, "managed-by": "ml-operator"}, "ownerReferences": [owner]}
    env = {"MODEL_NAME": spec["modelName"], "MODEL_VERSION": str(spec["modelVersion"]), "INFERENCE_PORT": "8001"}
    env["MODEL_REGISTRY_URL"] = os.environ["MODEL_REGISTRY_URL"]
    probe = {"httpGet": {"path": "/health", "port": "http"}, "periodSeconds": 10, "timeoutSeconds": 5}
    container = {
        "name": "inference-server",
        "image": os.environ["INFERENCE_IMAGE"],
        "imagePullPolicy": os.environ["INFERENCE_IMAGE_PULL_POLICY"],
        "ports": [{"name": "http", "containerPort": 8001}],
        "env": [{"name": key, "value": value} for key, value in env.items()],
        "resources": {**SMALL, **spec.get("resources", {})},
        "readinessProbe": {**probe, "httpGet": {"path": "/model-info", "port": "http"}},
        "livenessProbe": {**probe, "initialDelaySeconds": 30},
    }
    scaling = spec.get("autoscaling", {})
    template = {"metadata": {"labels": labels}, "spec": {"enableServiceLinks": False, "containers": [container]}}
    deployment = {"selector": {"matchLabels": {"app": name}}, "template": template}
    if not scaling.get("enabled"):
        deployment["replicas"] = spec.get("replicas", 1)
    apply("apis/apps/v1", "Deployment", metadata, deployment)
    service = {"selector": {"app": name}, "ports": [{"name": "http", "port": 8001, "targetPort": "http"}]}
    apply("api/v1", "Service", metadata, service)
    if scaling.get("enabled"):
        autoscaler = {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": scaling.get("minReplicas", 1),
            "maxReplicas": scaling.get("maxReplicas", 5),
            "targetCPUUtilizationPercentage": scaling.get("targetCPUUtilizationPercentage", 70),
        }
        apply("apis/autoscaling/v1", "HorizontalPodAutoscaler", metadata, autoscaler)
    time = datetime.datetime.now(datetime.timezone.utc).isoformat()
    patch.status.update(phase="Running", deploymentName=name, serviceName=name, lastUpdated=time)
