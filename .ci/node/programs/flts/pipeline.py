"""What the programs of the pipeline share: the gateway, Kafka, MLflow, and a model that is small and real.

The model is the mean of the last INPUT_SEQ_LEN rows of `down`, scaled so that the error on the training rows is least.
"""

import io
import json
import os
import time
import urllib.request

import pandas
from kafka import KafkaConsumer, KafkaProducer

GATEWAY = os.environ.get("GATEWAY_URL", "")
TARGET = "down"


def download(bucket, key):
    with urllib.request.urlopen(f"{GATEWAY}/download/{bucket}/{key}", timeout=30) as answer:
        return answer.read()


def upload(bucket, key, content):
    urllib.request.urlopen(urllib.request.Request(f"{GATEWAY}/upload/{bucket}/{key}", content), timeout=30).close()


def rows_of(claim):
    return pandas.read_parquet(io.BytesIO(download(claim["bucket"], claim["object"])))


def consumer(*topics, group):
    return KafkaConsumer(
        *topics,
        bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        value_deserializer=json.loads,
    )


def send(topic, key, event):
    producer = KafkaProducer(bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"], acks="all")
    producer.send(topic, key=key.encode(), value=json.dumps(event).encode()).get(timeout=60)
    producer.close()
    print(f"{topic}: {key} {event}", flush=True)


def now():
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())


def means(values, length):
    return [sum(values[end - length : end]) / length for end in range(length, len(values))]


def fit(values, length):
    inputs, wanted = means(values, length), values[length:]
    scale = sum(x * y for x, y in zip(inputs, wanted)) / (sum(x * x for x in inputs) or 1)
    errors = [scale * x - y for x, y in zip(inputs, wanted)]
    mse = sum(error * error for error in errors) / len(errors)
    return {"scale": scale, "length": length}, {"mse": mse, "rmse": mse**0.5, "mae": sum(map(abs, errors)) / len(errors)}


def forecast(model, values, steps):
    values = list(values)
    for _ in range(steps):
        values.append(model["scale"] * sum(values[-model["length"] :]) / model["length"])
    return values[-steps:]
