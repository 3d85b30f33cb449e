"""In the place of kafka_exporter: its metrics that the alerts and dashboards read, on port 9308."""

import socket
import sys
from wsgiref.simple_server import WSGIServer, make_server

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily

servers = [argument.partition("=")[2] for argument in sys.argv if argument.startswith("--kafka.server=")]
TOPIC = ["topic", "partition"]
NAMES = {
    "kafka_brokers": [],
    "kafka_topic_partitions": ["topic"],
    "kafka_topic_partition_current_offset": TOPIC,
    "kafka_topic_partition_oldest_offset": TOPIC,
    "kafka_topic_partition_in_sync_replica": TOPIC,
    "kafka_topic_partition_under_replicated_partition": TOPIC,
    "kafka_consumergroup_current_offset": ["consumergroup", *TOPIC],
    "kafka_consumergroup_lag": ["consumergroup", *TOPIC],
    "kafka_consumergroup_current_offset_sum": ["consumergroup", "topic"],
    "kafka_consumergroup_lag_sum": ["consumergroup", "topic"],
    "kafka_consumergroup_members": ["consumergroup"],
}


class Kafka:
    def collect(self):
        metrics = {name: GaugeMetricFamily(name, name.replace("_", " "), labels=labels) for name, labels in NAMES.items()}
        admin, consumer = KafkaAdminClient(bootstrap_servers=servers), KafkaConsumer(bootstrap_servers=servers)
        metrics["kafka_brokers"].add_metric([], len(admin.describe_cluster()["brokers"]))
        ends = {}
        for topic in admin.describe_topics():
            parts = topic["partitions"]
            metrics["kafka_topic_partitions"].add_metric([topic["name"]], len(parts))
            keys = [TopicPartition(topic["name"], part["partition_index"]) for part in parts]
            starts = consumer.beginning_offsets(keys)
            ends |= consumer.end_offsets(keys)
            for key, part in zip(keys, parts):
                labels, in_sync = [key.topic, str(key.partition)], len(part["isr_nodes"])
                metrics["kafka_topic_partition_current_offset"].add_metric(labels, ends[key])
                metrics["kafka_topic_partition_oldest_offset"].add_metric(labels, starts[key])
                metrics["kafka_topic_partition_in_sync_replica"].add_metric(labels, in_sync)
                under = in_sync < len(part["replica_nodes"])
                metrics["kafka_topic_partition_under_replicated_partition"].add_metric(labels, under)
        groups = [group["group_id"] for group in admin.list_groups()]
        for group, described in admin.describe_groups(groups).items() if groups else ():
            metrics["kafka_consumergroup_members"].add_metric([group], len(described["members"]))
        for group, read in admin.list_group_offsets(groups).items() if groups else ():
            sums = {}
            for key, (offset, *_) in read.items():
                labels, lag = [group, key.topic, str(key.partition)], max(ends.get(key, offset) - offset, 0)
                metrics["kafka_consumergroup_current_offset"].add_metric(labels, offset)
                metrics["kafka_consumergroup_lag"].add_metric(labels, lag)
                known = sums.get(key.topic, (0, 0))
                sums[key.topic] = (known[0] + offset, known[1] + lag)
            for topic, (offset, lag) in sums.items():
                metrics["kafka_consumergroup_current_offset_sum"].add_metric([group, topic], offset)
                metrics["kafka_consumergroup_lag_sum"].add_metric([group, topic], lag)
        consumer.close()
        admin.close()
        yield from metrics.values()


class Server(WSGIServer):
    address_family = socket.AF_INET6


registry = CollectorRegistry()
metrics_app = make_wsgi_app(registry)


def app(environ, start_response):
    if environ["PATH_INFO"] == "/metrics":
        return metrics_app(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]


registry.register(Kafka())  # asks once: it ends here, and is started again, while there is no broker
server = make_server("::", 9308, app, server_class=Server)
server.serve_forever()
