"""In the place of kafka_exporter: its metrics that alerts and dashboards read, on port 9308."""

import sys

import uvicorn
from fastapi import FastAPI, Response
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

app = FastAPI()
servers = [argument.partition("=")[2] for argument in sys.argv if argument.startswith("--kafka.server=")]


def metrics(admin, consumer):
    """Names, values and labels."""
    yield "brokers", len(admin.describe_cluster()["brokers"]), {}
    ends = {}
    for topic in admin.describe_topics():
        yield "topic_partitions", len(topic["partitions"]), {"topic": topic["name"]}
        parts = {TopicPartition(topic["name"], part["partition_index"]): part for part in topic["partitions"]}
        starts, ends = consumer.beginning_offsets(list(parts)), ends | consumer.end_offsets(list(parts))
        for key, part in parts.items():
            labels, in_sync = {"topic": key.topic, "partition": key.partition}, len(part["isr_nodes"])
            yield "topic_partition_current_offset", ends[key], labels
            yield "topic_partition_oldest_offset", starts[key], labels
            yield "topic_partition_in_sync_replica", in_sync, labels
            yield "topic_partition_under_replicated_partition", int(in_sync < len(part["replica_nodes"])), labels
    for group in [each["group_id"] for each in admin.list_groups()]:
        yield "consumergroup_members", len(admin.describe_groups([group])[group]["members"]), {"consumergroup": group}
        sums = {}
        for key, (offset, *_) in admin.list_group_offsets([group])[group].items():
            lag, labels = max(ends[key] - offset, 0), {"consumergroup": group, "topic": key.topic}
            yield "consumergroup_current_offset", offset, {**labels, "partition": key.partition}
            yield "consumergroup_lag", lag, {**labels, "partition": key.partition}
            sums[key.topic] = [sum(pair) for pair in zip(sums.get(key.topic, (0, 0)), (offset, lag))]
        for topic, (offset, lag) in sums.items():
            yield "consumergroup_current_offset_sum", offset, {"consumergroup": group, "topic": topic}
            yield "consumergroup_lag_sum", lag, {"consumergroup": group, "topic": topic}


@app.get("/metrics")
def page():
    admin, consumer = KafkaAdminClient(bootstrap_servers=servers), KafkaConsumer(bootstrap_servers=servers)
    lines = []
    for name, value, labels in metrics(admin, consumer):
        pairs = ",".join(f'{key}="{label}"' for key, label in labels.items())
        lines.append(f"kafka_{name}{{{pairs}}} {value}\n")
    consumer.close()
    admin.close()
    return Response("".join(lines), media_type="text/plain; version=0.0.4")


@app.get("/healthz")
def healthz():
    return "ok"


page()  # the program ends, and is started again, while there is no broker
uvicorn.run(app, host="", port=9308, log_level="warning")
