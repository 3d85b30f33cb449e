"""In the place of kafka_exporter: its metrics that the alerts read, on port 9308."""

import sys
import wsgiref.simple_server

from kafka import KafkaAdminClient, KafkaConsumer
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily

servers = [each.partition("=")[2] for each in sys.argv if each.startswith("--kafka.server=")]
labels = ["consumergroup", "topic", "partition"]


class Kafka:
    def collect(self):
        admin, consumer = KafkaAdminClient(bootstrap_servers=servers), KafkaConsumer(bootstrap_servers=servers)
        brokers = GaugeMetricFamily("kafka_brokers", "Brokers", value=len(admin.describe_cluster()["brokers"]))
        newest = GaugeMetricFamily("kafka_topic_partition_current_offset", "Newest offset", labels=labels[1:])
        oldest = GaugeMetricFamily("kafka_topic_partition_oldest_offset", "Oldest offset", labels=labels[1:])
        replicas = GaugeMetricFamily("kafka_topic_partition_under_replicated_partition", "1 if so", labels=labels[1:])
        lag = GaugeMetricFamily("kafka_consumergroup_lag", "Unread messages", labels=labels)
        offsets = GaugeMetricFamily("kafka_consumergroup_current_offset", "Read up to here", labels=labels)
        members = GaugeMetricFamily("kafka_consumergroup_members", "Members", labels=["consumergroup"])
        ends = {}
        for topic in admin.describe_topics():
            for part in topic["partitions"]:
                key = [topic["name"], str(part["partition_index"])]
                replicas.add_metric(key, len(part["isr_nodes"]) < len(part["replica_nodes"]))
        from kafka import TopicPartition
        partitions = [TopicPartition(topic, part) for topic in consumer.topics() for part in consumer.partitions_for_topic(topic)]
        ends, starts = consumer.end_offsets(partitions), consumer.beginning_offsets(partitions)
        for each in partitions:
            newest.add_metric([each.topic, str(each.partition)], ends[each])
            oldest.add_metric([each.topic, str(each.partition)], starts[each])
        consumer.close()
        admin.close()
        yield from (brokers, newest, oldest, replicas, lag, offsets, members)
