"""In the place of the worker: forecasts what the preprocessing announces, with the model that is promoted."""

import json
import os

import boto3
from api_server import load, load_when_promoted, model
from pipeline import TARGET, consumer, forecast, now, rows_of, send

env = os.environ
store = boto3.client("s3", endpoint_url=env["MLFLOW_S3_ENDPOINT_URL"])
messages = consumer(env["CONSUMER_TOPIC_0"], env["PROMOTION_TOPIC"], group=env["CONSUMER_GROUP_ID"])
load_when_promoted()
for message in messages:
    if message.topic == env["PROMOTION_TOPIC"]:
        load()
    else:
        predictions = forecast(model, rows_of(message.value)[TARGET], int(env["INFERENCE_LENGTH"]))
        event = {"run_id": model["run_id"], "predictions": predictions, "config_hash": message.value["config_hash"]}
        key = f"{env['IDENTIFIER']}/{now()}.json"
        store.put_object(Bucket=env["INFERENCE_LOG_BUCKET"], Key=key, Body=json.dumps(event).encode())
        send(env["PRODUCER_TOPIC"], "performance", event)
    messages.commit()
