"""In the place of the forecast servers: loads the promoted model from MLflow, forecasts, and counts."""

import json
import os
import threading
import time

import mlflow
from fastapi import Body, FastAPI, HTTPException
from pipeline import TARGET, download, forecast
from prometheus_client import Counter, Gauge, Histogram, start_http_server

app = FastAPI()
model = {}
outcomes = Counter("inference_jobs_outcome", "Forecasts by how they ended", ["outcome"])
processed = Counter("inference_jobs_processed", "Forecasts that succeeded")
bounds = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
latency = Histogram("inference_latency_seconds", "Time that the model took", buckets=bounds)
places = Gauge("inference_workers_total", "Forecasts that may run at once")
busy = Gauge("inference_workers_busy", "Forecasts that run")
ready_gauge = Gauge("inference_model_ready", "1 with a model, 0 without")


def load():
    pointer = json.loads(download(os.environ["PROMOTION_BUCKET"], "current.json"))
    model.update(mlflow.artifacts.load_dict(f"{pointer['model_uri']}/model.json"), run_id=pointer["run_id"])
    ready_gauge.set(1)


def load_when_promoted():
    while not model:
        try:
            load()
        except (OSError, mlflow.exceptions.MlflowException) as error:
            print(f"no promoted model yet: {error}", flush=True)
            time.sleep(5)


@app.on_event("startup")
def start():
    places.set(int(os.environ["PREDICT_MAX_CONCURRENCY"]))
    start_http_server(9091, addr="::")
    threading.Thread(target=load_when_promoted, daemon=True).start()


@app.get("/healthz")
def healthz():
    return {"status": "ok", "model_ready": bool(model)}


@app.get("/ready")
def ready():
    if not model:
        raise HTTPException(503, "no model was promoted")
    return {"status": "ready"}


@app.get("/predict_ping")
def predict_ping():
    return {"model_ready": bool(model), "input_seq_len": model.get("length"), "output_seq_len": 1}


@app.get("/queue_stats")
@app.get("/metrics")
def queue_stats():
    return {"queue_size": 0, "model_ready": bool(model)}


@app.post("/predict")
def predict(data: dict[str, list] = Body(), inference_length: int = Body(1)):
    ready()
    values = data.get(TARGET, [])
    if len(values) < model["length"]:
        outcomes.labels("client_error").inc()
        raise HTTPException(400, f"{TARGET} must have at least {model['length']} rows")
    with busy.track_inprogress(), latency.time():
        predictions = forecast(model, values, inference_length)
    outcomes.labels("success").inc()
    processed.inc()
    return {"predictions": predictions, "run_id": model["run_id"]}
