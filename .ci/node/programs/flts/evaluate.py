"""In the place of the evaluation: when all models of a configuration are trained, it promotes the best."""

import json
import os
import threading
from collections import defaultdict

import mlflow
from fastapi import FastAPI
from pipeline import consumer, now, send, upload

app = FastAPI()
expected = set(os.environ["EXPECTED_MODEL_TYPES"].split(","))
bucket, identifier = os.environ["PROMOTION_BUCKET"], os.environ["IDENTIFIER"]


def pointer(event):
    metrics = mlflow.get_run(event["run_id"]).data.metrics
    errors = {name: metrics[f"test_{name}"] for name in ("rmse", "mae", "mse")}
    score = 0.5 * errors["rmse"] + 0.3 * errors["mae"] + 0.2 * errors["mse"]
    names = {name: event[name] for name in ("config_hash", "run_id", "model_type", "experiment")}
    uri = f"runs:/{event['run_id']}/{event['model_type']}"
    return {"identifier": identifier, **names, "model_uri": uri, **errors, "score": score, "timestamp": now()}


def promote():
    trained = defaultdict(dict)
    messages = consumer(os.environ["MODEL_TRAINING_TOPIC"], group=os.environ["EVAL_GROUP_ID"])
    for message in messages:
        event = message.value
        runs = trained[event["config_hash"]]
        if event["status"] == "SUCCESS":
            runs[event["model_type"]] = event
            if runs.keys() >= expected:
                best = min(map(pointer, runs.values()), key=lambda run: run["score"])
                content = json.dumps(best).encode()
                folder = f"{identifier}/{best['config_hash']}"
                for key in (f"{folder}/promotion-{best['timestamp']}.json", f"{identifier}/current.json", "current.json"):
                    upload(bucket, key, content)
                send(os.environ["MODEL_SELECTED_TOPIC"], "promotion", best)
                trained.pop(best["config_hash"])
                # Not before: after a restart, what was trained meanwhile is read again.
                messages.commit()


thread = threading.Thread(target=promote, daemon=True)
thread.start()


@app.get("/healthz")
@app.get("/readyz")
def healthz():
    if not thread.is_alive():
        os._exit(1)  # the kubelet starts it again
    return {"status": "ok"}
