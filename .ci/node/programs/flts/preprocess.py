"""In the place of the preprocessing: CSV to Parquet, and a message for the trainers and one for the worker."""

import hashlib
import io
import json
import os

import pandas
from pipeline import download, send, upload

env = os.environ
bucket = env["OUTPUT_BUCKET"]
names = {"IDENTIFIER", "DATASET_NAME", "SAMPLE_TRAIN_ROWS", "SAMPLE_TEST_ROWS", "SAMPLE_STRATEGY", "EXTRA_HASH_SALT"}
config = {name: env[name] for name in names if name in env}
config_hash = hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()
for topic, key, source, target, count in (
    (env["PRODUCER_TOPIC_0"], "train-claim", "", "processed_data.parquet", "SAMPLE_TRAIN_ROWS"),
    (env["PRODUCER_TOPIC_1"], "inference-claim", "_test", "test_processed_data.parquet", "SAMPLE_TEST_ROWS"),
):
    rows = pandas.read_csv(io.BytesIO(download(env["INPUT_BUCKET"], f"{env['DATASET_NAME']}{source}.csv")))
    content = rows.head(int(env.get(count) or len(rows))).to_parquet()
    upload(bucket, target, content)
    claim = {"bucket": bucket, "object": target, "size": len(content), "v": 1, "config_hash": config_hash}
    send(topic, key, {**claim, "object_key": target, "identifier": env["IDENTIFIER"]})
