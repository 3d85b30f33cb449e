{{- define "text" -}}{{ toJson . | trimPrefix "\"" | trimSuffix "\"" }}{{ end }}

{{- define "computed 0" -}}
{{- $characters := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" }}
{{- $digits := printf "%s0" (printf "kafka-headless.%s.svc" .Release.Namespace | sha256sum | trunc 32) }}
{{- $id := "" }}
{{- range $at := untilStep 0 33 3 }}
  {{- $bits := 0 }}
  {{- range substr $at (int (add $at 3)) $digits | splitList "" }}
    {{- $bits = add (mul $bits 16) (splitList . "0123456789abcdef" | first | len) }}
  {{- end }}
  {{- range list (div $bits 64) (mod $bits 64) }}
    {{- $id = printf "%s%s" $id (substr (int .) (int (add1 .)) $characters) }}
  {{- end }}
{{- end }}
{{- regexReplaceAll "^-" $id "A" -}}
{{ end }}

{{- define "ConfigMap kafka-config" -}}
log4j.properties: |
  log4j.rootLogger=INFO, stdout
  log4j.appender.stdout=org.apache.log4j.ConsoleAppender
  log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
  log4j.appender.stdout.layout.ConversionPattern=[%d] %p %m (%c)%n
server.properties: |
  process.roles=broker,controller
{{- if .Values.kafka.quorum }}
  controller.quorum.voters=0@kafka-0.kafka-headless.{{ .Release.Namespace }}.svc:9093,1@kafka-1.kafka-headless.{{ .Release.Namespace }}.svc:9093,2@kafka-2.kafka-headless.{{ .Release.Namespace }}.svc:9093
{{- end }}
{{- if not .Values.kafka.quorum }}
  controller.quorum.voters=0@kafka-0.kafka-headless.{{ .Release.Namespace }}.svc:9093
{{- end }}
  controller.listener.names=CONTROLLER
  listeners=PLAINTEXT://:9092,CONTROLLER://:9093
  listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
  inter.broker.listener.name=PLAINTEXT
  log.dirs=/var/lib/kafka/logs
  auto.create.topics.enable=false
{{- if .Values.kafka.quorum }}
  default.replication.factor=3
  min.insync.replicas=2
  offsets.topic.replication.factor=3
  transaction.state.log.replication.factor=3
  transaction.state.log.min.isr=2
{{- end }}
{{- if not .Values.kafka.quorum }}
  default.replication.factor=1
  min.insync.replicas=1
  offsets.topic.replication.factor=1
  transaction.state.log.replication.factor=1
  transaction.state.log.min.isr=1
{{- end }}
  group.initial.rebalance.delay.ms=0
{{ end }}

{{- define "Job kafka-topics" -}}
backoffLimit: 10
template:
  metadata:
    labels:
      app.kubernetes.io/component: topic-init
      app.kubernetes.io/instance: kafka-topics
      app.kubernetes.io/managed-by: cdk8s
      app.kubernetes.io/name: kafka
      app.kubernetes.io/part-of: flts
      app.kubernetes.io/version: 3.9.1
  spec:
    automountServiceAccountToken: false
    containers:
      - command:
          - /bin/sh
          - -euc
          - |
            PATH=$PATH:/opt/kafka/bin
            folder=${TMPDIR:-/tmp}
            printf 'request.timeout.ms=5000\ndefault.api.timeout.ms=10000\n' >"$folder/short.properties"
            topics() {
              kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" "$@"
            }
            tries=15
            until topics --command-config "$folder/short.properties" --describe >"$folder/topics" 2>"$folder/error"; do
              tries=$((tries - 1))
              if [ "$tries" -eq 0 ]; then
                cat "$folder/error" >&2
                exit 1
              fi
              sleep 2
            done
            for topic in "$@"; do
              name=${topic%%:*} partitions=${topic#*:} settings=
              case $partitions in
                *:*) settings=${partitions#*:} partitions=${partitions%%:*} ;;
              esac
              there=$(awk -F '\t' -v topic="Topic: $name" '$1 == topic && $3 ~ /^PartitionCount: / { sub(/.*: /, "", $3); print $3 }' "$folder/topics")
              if [ -z "$there" ]; then
                topics --create --if-not-exists --topic "$name" --partitions "$partitions" --replication-factor "$REPLICATION_FACTOR"
              elif [ "$there" -lt "$partitions" ]; then
                topics --alter --topic "$name" --partitions "$partitions"
                echo "topic $name: $there partitions before, $partitions now"
              elif [ "$there" -gt "$partitions" ]; then
                echo "topic $name has $there partitions; none can be taken away, so $partitions cannot be had" >&2
                exit 1
              fi
              if [ -n "$settings" ]; then
                kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --alter --entity-type topics --entity-name "$name" \
                  --add-config "$settings"
              fi
            done
          - create-topics
          - "training-data:{{ int64 .Values.trainers.replicas }}"
          - inference-data:1
          - model-training:1
          - model-selected:1
          - performance-eval:1
          - inference-idle:1
          - DLQ-preprocess:1
          - DLQ-model-training:1
          - DLQ-model-selected:1
          - DLQ-performance-eval:1
        env:
          - name: BOOTSTRAP_SERVERS
            value: "kafka.{{ .Release.Namespace }}.svc:9092"
          - name: REPLICATION_FACTOR
            value: {{ if not .Values.kafka.quorum }}"1"{{ else }}"3"{{ end }}
          - name: KAFKA_HEAP_OPTS
            value: -Xmx128m -XX:-UsePerfData
          - name: KAFKA_JVM_PERFORMANCE_OPTS
            value: -XX:+UseSerialGC -XX:TieredStopAtLevel=1
          - name: LOG_DIR
            value: /tmp
        image: docker.io/apache/kafka:3.9.1
        imagePullPolicy: IfNotPresent
        name: create-topics
        resources:
          limits:
            cpu: "1"
            memory: 384Mi
          requests:
            cpu: 50m
            memory: 128Mi
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
              - ALL
          readOnlyRootFilesystem: true
        volumeMounts:
          - mountPath: /tmp
            name: tmp
    enableServiceLinks: false
    restartPolicy: Never
    securityContext:
      fsGroup: 1000
      fsGroupChangePolicy: OnRootMismatch
      runAsGroup: 1000
      runAsNonRoot: true
      runAsUser: 1000
      seccompProfile:
        type: RuntimeDefault
    volumes:
      - emptyDir:
          sizeLimit: 1Gi
        name: tmp
{{- if .Values.nodeSelector }}
    nodeSelector: {{ .Values.nodeSelector | toJson }}
{{- end }}
{{- if .Values.tolerations }}
    tolerations: {{ .Values.tolerations | toJson }}
{{- end }}
{{ end }}

{{- define "Job minio-buckets" -}}
backoffLimit: 6
template:
  metadata:
    labels:
      app.kubernetes.io/component: bucket-init
      app.kubernetes.io/instance: minio-buckets
      app.kubernetes.io/managed-by: cdk8s
      app.kubernetes.io/name: minio
      app.kubernetes.io/part-of: flts
      app.kubernetes.io/version: 8.21.0
  spec:
    automountServiceAccountToken: false
    containers:
      - command:
          - /bin/sh
          - -euc
          - |
            tries=90
            : >/tmp/answer
            create() {
              status=$(curl --silent --show-error --max-time 30 --output /tmp/answer --write-out '%{http_code}' --request PUT \
                --header x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 \
                --aws-sigv4 aws:amz:us-east-1:s3 --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" "$S3_ENDPOINT/$1" 2>/tmp/error) &&
                { [ "$status" = 200 ] || grep -q BucketAlreadyOwnedByYou /tmp/answer; }
            }
            for bucket in "$@"; do
              until create "$bucket"; do
                tries=$((tries - 1))
                if [ "$tries" -eq 0 ]; then
                  cat /tmp/error /tmp/answer >&2
                  exit 1
                fi
                sleep 2
              done
              echo "bucket $bucket exists"
            done
          - create-buckets
          - dataset
          - processed-data
          - mlflow
          - model-promotion
          - inference-logs
        env:
          - name: S3_ENDPOINT
            value: "http://minio.{{ .Release.Namespace }}.svc:9000"
          - name: S3_ACCESS_KEY
            valueFrom:
              secretKeyRef:
                key: accessKey
                name: minio-credentials
          - name: S3_SECRET_KEY
            valueFrom:
              secretKeyRef:
                key: secretKey
                name: minio-credentials
        image: docker.io/curlimages/curl:8.21.0
        imagePullPolicy: IfNotPresent
        name: create-buckets
        resources:
          limits:
            cpu: 200m
            memory: 128Mi
          requests:
            cpu: 50m
            memory: 64Mi
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
              - ALL
          readOnlyRootFilesystem: true
        volumeMounts:
          - mountPath: /tmp
            name: tmp
    enableServiceLinks: false
    restartPolicy: Never
    securityContext:
      fsGroup: 1000
      fsGroupChangePolicy: OnRootMismatch
      runAsGroup: 1000
      runAsNonRoot: true
      runAsUser: 1000
      seccompProfile:
        type: RuntimeDefault
    volumes:
      - emptyDir:
          sizeLimit: 1Gi
        name: tmp
{{- if .Values.nodeSelector }}
    nodeSelector: {{ .Values.nodeSelector | toJson }}
{{- end }}
{{- if .Values.tolerations }}
    tolerations: {{ .Values.tolerations | toJson }}
{{- end }}
{{ end }}

{{- define "ConfigMap postgres-init" -}}
apply.sh: |
  #!/bin/sh
  # Applies init-databases.sql to the server that PGHOST and PGPORT name, as PGUSER with PGPASSWORD.
  set -eu

  attempts=60
  until pg_isready --quiet --timeout=3; do
    attempts=$((attempts - 1))
    if [ "$attempts" -le 0 ]; then
      echo "no PostgreSQL server answers at $PGHOST:$PGPORT" >&2
      exit 1
    fi
    sleep 2
  done

  export PGCONNECT_TIMEOUT=10
  exec psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --dbname=postgres --file="$(dirname "$0")/init-databases.sql"
init-databases.sql: |
  -- Creates databases and the roles that own them, and corrects those that exist. It is safe to run it again.
  -- Needs psql 15 or later and a superuser. Passwords come from environment variables. If the variable of a role is not
  -- set, an existing role keeps its password, and a new role has none, so that nobody can log in as it.
  \set ON_ERROR_STOP on
  -- Keeps statements with passwords out of the output of psql and out of the log of the server.
  \set ECHO none
  SET log_statement = 'none';
  SET log_min_error_statement = 'panic';
  SET log_min_duration_statement = -1;
  SET log_min_duration_sample = -1;
  SET log_transaction_sample_rate = 0;
  SET client_encoding = 'UTF8';
  -- Only one run at a time: two at once would fail with "tuple concurrently updated".
  SET client_min_messages = 'warning';
  SET lock_timeout = '60s';
  SELECT pg_advisory_lock(5432) AS locked \gset

  -- By default every role may connect to these databases.
  SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', datname)
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
    WHERE grantee = 0 AND privilege_type = 'CONNECT' AND datname IN ('postgres', 'template1', current_database())
  \gexec

  -- Database "mlflow", owned by "mlflow"
  SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mlflow') AS missing \gset
  \if :missing
    CREATE ROLE "mlflow";
  \endif
  ALTER ROLE "mlflow" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
  \unset password
  \getenv password PASSWORD_OF_MLFLOW
  \if :{?password}
    BEGIN;
    ALTER ROLE "mlflow" PASSWORD :'password';
    -- PostgreSQL stores an empty password as no password.
    SELECT rolpassword IS NULL AS empty FROM pg_authid WHERE rolname = 'mlflow' \gset
    \if :empty
      DO $$ BEGIN RAISE EXCEPTION 'environment variable PASSWORD_OF_MLFLOW is empty'; END $$;
    \endif
    COMMIT;
  \endif
  SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = 'mlflow') AS missing \gset
  \if :missing
    CREATE DATABASE "mlflow" OWNER "mlflow" TEMPLATE template0 ENCODING 'UTF8';
  \endif
  SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', datname)
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
    WHERE grantee = 0 AND privilege_type = 'CONNECT' AND datname = 'mlflow'
  \gexec

  -- In database "mlflow"
  SELECT 'dbname=mlflow' AS conninfo \gset
  \connect -reuse-previous=on :"conninfo"
  SET client_min_messages = 'warning';
  SET lock_timeout = '60s';
  SELECT pg_advisory_lock(5432) AS locked \gset
  -- If another role owns the database. REASSIGN also takes the other databases of that role, so they are given back.
  BEGIN;
  SELECT statement
    FROM pg_database AS this JOIN pg_roles AS former ON former.oid = this.datdba,
    LATERAL (
      SELECT 1, format('REASSIGN OWNED BY %I TO %I', former.rolname, 'mlflow') WHERE NOT former.rolsuper
      UNION ALL
      SELECT 2, format('ALTER DATABASE %I OWNER TO %I', datname, former.rolname)
        FROM pg_database WHERE datdba = former.oid AND datname <> this.datname
      UNION ALL
      SELECT 3, format('ALTER DATABASE %I OWNER TO %I', this.datname, 'mlflow')
    ) AS change (step, statement)
    WHERE this.datname = current_database() AND former.rolname <> 'mlflow'
    ORDER BY step
  \gexec
  COMMIT;
{{ end }}

{{- define "Job postgres-databases" -}}
backoffLimit: 10
template:
  metadata:
    annotations:
      checksum/config: "{{ list (printf "%s %s" "postgres-init" (include "ConfigMap postgres-init" . | fromYaml | toRawJson | sha256sum)) | sortAlpha | toRawJson | sha256sum }}"
    labels:
      app.kubernetes.io/component: database-init
      app.kubernetes.io/instance: postgres-databases
      app.kubernetes.io/managed-by: cdk8s
      app.kubernetes.io/name: postgres
      app.kubernetes.io/part-of: flts
      app.kubernetes.io/version: 17-3.6.1-bookworm
  spec:
    automountServiceAccountToken: false
    containers:
      - command:
          - /bin/sh
          - -eu
          - /scripts/apply.sh
        env:
          - name: PGHOST
            value: "postgres.{{ .Release.Namespace }}.svc"
          - name: PGPORT
            value: "5432"
          - name: PGUSER
            value: postgres
          - name: PGPASSWORD
            valueFrom:
              secretKeyRef:
                key: password
                name: postgres-credentials
          - name: PASSWORD_OF_MLFLOW
            valueFrom:
              secretKeyRef:
                key: password
                name: mlflow-db
        image: docker.io/imresamu/postgis:17-3.6.1-bookworm
        imagePullPolicy: IfNotPresent
        name: apply
        resources:
          limits:
            cpu: 500m
            memory: 256Mi
          requests:
            cpu: 50m
            memory: 64Mi
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
              - ALL
          readOnlyRootFilesystem: true
        volumeMounts:
          - mountPath: /scripts
            name: scripts
            readOnly: true
          - mountPath: /tmp
            name: tmp
    enableServiceLinks: false
    restartPolicy: Never
    securityContext:
      fsGroup: 999
      fsGroupChangePolicy: OnRootMismatch
      runAsGroup: 999
      runAsNonRoot: true
      runAsUser: 999
      seccompProfile:
        type: RuntimeDefault
    volumes:
      - configMap:
          name: postgres-init
        name: scripts
      - emptyDir:
          sizeLimit: 1Gi
        name: tmp
{{- if .Values.nodeSelector }}
    nodeSelector: {{ .Values.nodeSelector | toJson }}
{{- end }}
{{- if .Values.tolerations }}
    tolerations: {{ .Values.tolerations | toJson }}
{{- end }}
{{ end }}

{{- define "Job preprocess" -}}
backoffLimit: 10
template:
  metadata:
    labels:
      app.kubernetes.io/component: preprocessing
      app.kubernetes.io/instance: preprocess
      app.kubernetes.io/managed-by: cdk8s
      app.kubernetes.io/name: preprocess
      app.kubernetes.io/part-of: flts
      app.kubernetes.io/version: {{ .Values.images.tag | toJson }}
  spec:
    automountServiceAccountToken: false
    containers:
      - env:
          - name: HOME
            value: /tmp
          - name: PYTHONDONTWRITEBYTECODE
            value: "1"
          - name: MPLCONFIGDIR
            value: /tmp
          - name: GATEWAY_URL
            value: "http://fastapi-app.{{ .Release.Namespace }}.svc:8000"
          - name: KAFKA_BOOTSTRAP_SERVERS
            value: "kafka.{{ .Release.Namespace }}.svc:9092"
          - name: PRODUCER_TOPIC_0
            value: training-data
          - name: PRODUCER_TOPIC_1
            value: inference-data
          - name: INPUT_BUCKET
            value: dataset
          - name: OUTPUT_BUCKET
            value: processed-data
          - name: CONFIG_PATH
            value: /app/config.json
          - name: IDENTIFIER
            value: {{ .Values.identifier | toJson }}
          - name: DATASET_NAME
            value: PobleSec
          - name: SAMPLE_TRAIN_ROWS
            value: "{{ int64 .Values.preprocess.trainRows }}"
          - name: SAMPLE_TEST_ROWS
            value: "{{ int64 .Values.preprocess.testRows }}"
          - name: SAMPLE_STRATEGY
            value: head
          - name: SAMPLE_SEED
            value: "{{ int64 .Values.preprocess.seed }}"
          - name: FORCE_REPROCESS
            value: "1"
        image: "{{ include "text" .Values.images.repository }}/preprocess:{{ include "text" .Values.images.tag }}"
        imagePullPolicy: {{ .Values.images.pullPolicy | toJson }}
        name: preprocess
        resources:
          limits:
            cpu: {{ .Values.preprocess.resources.limits.cpu | toJson }}
            memory: {{ .Values.preprocess.resources.limits.memory | toJson }}
          requests:
            cpu: {{ .Values.preprocess.resources.requests.cpu | toJson }}
            memory: {{ .Values.preprocess.resources.requests.memory | toJson }}
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
              - ALL
          readOnlyRootFilesystem: true
        volumeMounts:
          - mountPath: /tmp
            name: tmp
    enableServiceLinks: false
    initContainers:
      - command:
          - /bin/sh
          - -euc
          - |
            until curl --silent --show-error --max-time 5 --output /dev/null "$URL"; do
              echo "waiting for $URL"
              sleep 2
            done
        env:
          - name: URL
            value: "http://fastapi-app.{{ .Release.Namespace }}.svc:8000/healthz"
        image: docker.io/curlimages/curl:8.21.0
        imagePullPolicy: IfNotPresent
        name: wait-for-gateway
        resources:
          limits:
            cpu: 100m
            memory: 64Mi
          requests:
            cpu: 10m
            memory: 16Mi
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
              - ALL
          readOnlyRootFilesystem: true
      - command:
          - /bin/sh
          - -euc
          - |
            PATH=$PATH:/opt/kafka/bin
            while :; do
              there=$(kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --list) || there=
              missing=
              for topic in "$@"; do
                printf '%s\n' "$there" | grep -qxF -- "$topic" || missing="$missing $topic"
              done
              [ -n "$missing" ] || exit 0
              echo "waiting for the topics$missing at $BOOTSTRAP_SERVERS"
              sleep 10
            done
          - wait-for-topics
          - training-data
          - inference-data
        env:
          - name: BOOTSTRAP_SERVERS
            value: "kafka.{{ .Release.Namespace }}.svc:9092"
          - name: KAFKA_HEAP_OPTS
            value: -Xmx128m -XX:-UsePerfData
          - name: KAFKA_JVM_PERFORMANCE_OPTS
            value: -XX:+UseSerialGC -XX:TieredStopAtLevel=1
          - name: LOG_DIR
            value: /tmp
        image: docker.io/apache/kafka:3.9.1
        imagePullPolicy: IfNotPresent
        name: wait-for-topics
        resources:
          limits:
            cpu: 500m
            memory: 384Mi
          requests:
            cpu: 50m
            memory: 128Mi
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
              - ALL
          readOnlyRootFilesystem: true
    restartPolicy: Never
    securityContext:
      fsGroup: 10001
      fsGroupChangePolicy: OnRootMismatch
      runAsGroup: 10001
      runAsNonRoot: true
      runAsUser: 10001
      seccompProfile:
        type: RuntimeDefault
    volumes:
      - emptyDir:
          sizeLimit: 1Gi
        name: tmp
{{- if .Values.nodeSelector }}
    nodeSelector: {{ .Values.nodeSelector | toJson }}
{{- end }}
{{- if .Values.tolerations }}
    tolerations: {{ .Values.tolerations | toJson }}
{{- end }}
{{ end }}

{{- define "ConfigMap inference-lb-config" -}}
haproxy.cfg: |
  global
    log stdout format raw local0 info
    # Without it HAProxy reserves memory for as many connections as the limit on open files, in containers often a billion.
    maxconn 2112
    # Without it HAProxy starts a thread for each core of the node, whatever the CPU limit of the container.
    nbthread 1
    hard-stop-after 70s
    # HAProxy does not start if the variable is missing or empty: with an empty password anybody could log in.
    setenv STATS_PASSWORD "${STATS_PASSWORD}"

  defaults
    mode http
    log global
    option httplog
    # Successful requests are not logged: the metrics count them.
    option dontlog-normal
    option forwardfor
    # A new connection for each request: a server may close an idle one just as a request is sent.
    option http-server-close
    # If a connection fails, another server is tried. A request that was sent is never sent again.
    option redispatch 1
    retries 3
    # A deleted pod does not refuse connections: it does not answer at all.
    timeout connect 2s
    timeout http-request 10s
    # Longer than the idle timeout of proxies in front of this one, usually 60 s: the client should close first.
    timeout http-keep-alive 75s
    timeout client 65s
    timeout server 65s

  frontend http
    bind *:8080,:::8080 v6only
    # Below the global limit, so that health checks and Prometheus can always connect.
    maxconn 2048
    http-request return status 404 unless { path /predict /predict_ping /healthz /ready /queue_stats /metrics }
    default_backend servers

  backend servers
    balance leastconn
    option httpchk
    option log-health-checks
    http-check send meth GET uri /ready ver HTTP/1.1 hdr Host inference-lb-servers.{{ .Release.Namespace }}.svc.cluster.local
    http-check expect status 200
    # A busy server answers slowly: only after about 30 s of failed checks it gets no more requests.
    timeout check 5s
    default-server check inter 2s fastinter 1s downinter 1s fall 5 rise 2
    # A server gets no requests before its checks pass. HAProxy starts even if the name does not resolve yet.
    default-server init-state fully-down init-addr none resolvers cluster resolve-prefer ipv4
    server-template pod 1-{{ add 1 .Values.inference.maxReplicas }} inference-lb-servers.{{ .Release.Namespace }}.svc.cluster.local:8000

  resolvers cluster
    parse-resolv-conf
    # The default of 512 bytes does not hold the addresses of 30 pods.
    accepted_payload_size 8192
    # Addresses are kept while DNS is down: the checks find out which of them work.
    hold timeout 10m
    hold refused 10m
    hold nx 10m
    hold other 10m

  frontend metrics
    bind *:8405,:::8405 v6only
    # HAProxy is ready while it has a server to send requests to.
    monitor-uri /ready
    monitor fail if { nbsrv(servers) eq 0 }
    http-request return status 200 if { path /live }
    http-request return status 404 unless { path /metrics }
    # Without metrics of slots that have no address.
    http-request set-query no-maint
    http-request use-service prometheus-exporter

  frontend stats
    bind *:8404,:::8404 v6only
    maxconn 16
    stats enable
    stats uri /
    stats hide-version
    stats refresh 10s
    stats auth "admin:${STATS_PASSWORD}"
{{ end }}

{{- define "ConfigMap prometheus-config" -}}
prometheus.yml: |
  global:
    scrape_interval: 15s
    evaluation_interval: 15s
  rule_files:
    - rules.yml
  scrape_configs:
    - job_name: prometheus
      static_configs:
        - targets:
            - localhost:9090
    - job_name: inference
      metrics_path: /metrics
      dns_sd_configs:
        - names:
            - inference-metrics.{{ .Release.Namespace }}.svc
          type: A
          port: 9091
          refresh_interval: 15s
        - names:
            - inference-metrics.{{ .Release.Namespace }}.svc
          type: AAAA
          port: 9091
          refresh_interval: 15s
      relabel_configs:
        - target_label: namespace
          replacement: {{ .Release.Namespace }}
        - target_label: service
          replacement: inference-metrics
    - job_name: inference-lb
      metrics_path: /metrics
      dns_sd_configs:
        - names:
            - inference-lb-metrics.{{ .Release.Namespace }}.svc
          type: A
          port: 8405
          refresh_interval: 15s
        - names:
            - inference-lb-metrics.{{ .Release.Namespace }}.svc
          type: AAAA
          port: 8405
          refresh_interval: 15s
      relabel_configs:
        - target_label: namespace
          replacement: {{ .Release.Namespace }}
        - target_label: service
          replacement: inference-lb-metrics
    - job_name: kafka-exporter
      metrics_path: /metrics
      dns_sd_configs:
        - names:
            - kafka-exporter-metrics.{{ .Release.Namespace }}.svc
          type: A
          port: 9308
          refresh_interval: 15s
        - names:
            - kafka-exporter-metrics.{{ .Release.Namespace }}.svc
          type: AAAA
          port: 9308
          refresh_interval: 15s
      relabel_configs:
        - target_label: namespace
          replacement: {{ .Release.Namespace }}
        - target_label: service
          replacement: kafka-exporter-metrics
    - job_name: minio
      metrics_path: /minio/metrics/v3/cluster
      dns_sd_configs:
        - names:
            - minio-metrics.{{ .Release.Namespace }}.svc
          type: A
          port: 9000
          refresh_interval: 15s
        - names:
            - minio-metrics.{{ .Release.Namespace }}.svc
          type: AAAA
          port: 9000
          refresh_interval: 15s
      relabel_configs:
        - target_label: namespace
          replacement: {{ .Release.Namespace }}
        - target_label: service
          replacement: minio-metrics
rules.yml: |
  groups:
    - name: targets
      rules:
        - alert: TargetDown
          expr: |-
            up{namespace="{{ .Release.Namespace }}",job="inference"} == 0
            or
            up{namespace="{{ .Release.Namespace }}",job="inference-lb"} == 0
            or
            up{namespace="{{ .Release.Namespace }}",job="kafka-exporter"} == 0
            or
            up{namespace="{{ .Release.Namespace }}",job="minio"} == 0
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: "{{ "{{" }} $labels.instance }} of {{ "{{" }} $labels.job }} cannot be scraped."
        - alert: TargetAbsent
          expr: |-
            absent(up{namespace="{{ .Release.Namespace }}",job="inference"})
            or
            absent(up{namespace="{{ .Release.Namespace }}",job="inference-lb"})
            or
            absent(up{namespace="{{ .Release.Namespace }}",job="kafka-exporter"})
            or
            absent(up{namespace="{{ .Release.Namespace }}",job="minio"})
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: "{{ "{{" }} $labels.job }} has no pod."
    - name: inference-records
      rules:
        - record: job_outcome:inference_forecasts:rate5m
          expr: sum by (namespace, job, outcome) (rate(inference_jobs_outcome_total{namespace="{{ .Release.Namespace }}",job="inference"}[5m]))
        - record: job:inference_failures:ratio_rate5m
          expr: (sum by (namespace, job) (job_outcome:inference_forecasts:rate5m{namespace="{{ .Release.Namespace }}",job="inference",outcome=~"exception|skipped|server_error|timeout|queue_full|busy"}) or 0 * sum by (namespace, job) (job_outcome:inference_forecasts:rate5m{namespace="{{ .Release.Namespace }}",job="inference"})) / sum by (namespace, job) (job_outcome:inference_forecasts:rate5m{namespace="{{ .Release.Namespace }}",job="inference"})
        - record: job:inference_latency_seconds:p50_rate5m
          expr: histogram_quantile(0.5, sum by (namespace, job, le) (rate(inference_latency_seconds_bucket{namespace="{{ .Release.Namespace }}",job="inference"}[5m])))
        - record: job:inference_latency_seconds:p95_rate5m
          expr: histogram_quantile(0.95, sum by (namespace, job, le) (rate(inference_latency_seconds_bucket{namespace="{{ .Release.Namespace }}",job="inference"}[5m])))
        - record: job:inference_utilization:ratio
          expr: sum by (namespace, job) (inference_workers_busy{namespace="{{ .Release.Namespace }}",job="inference"}) / sum by (namespace, job) (inference_workers_total{namespace="{{ .Release.Namespace }}",job="inference"})
    - name: inference-alerts
      rules:
        - alert: InferenceLatencyHigh
          expr: job:inference_latency_seconds:p95_rate5m{namespace="{{ .Release.Namespace }}",job="inference"} > 1
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: 5 % of the forecasts of {{ "{{" }} $labels.job }} take longer than {{ "{{" }} $value | humanizeDuration }}. The limit is 1s.
        - alert: InferenceFailing
          expr: job:inference_failures:ratio_rate5m{namespace="{{ .Release.Namespace }}",job="inference"} > 0.05
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: "{{ "{{" }} $value | humanizePercentage }} of the forecasts of {{ "{{" }} $labels.job }} fail."
        - alert: InferenceSaturated
          expr: job:inference_utilization:ratio{namespace="{{ .Release.Namespace }}",job="inference"} > 0.9
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: "{{ "{{" }} $value | humanizePercentage }} of the workers of {{ "{{" }} $labels.job }} are busy: requests wait."
        - alert: InferenceServerWithoutModel
          expr: |-
            inference_model_ready{namespace="{{ .Release.Namespace }}",job="inference"} == 0
            and on (namespace, job) max by (namespace, job) (inference_model_ready{namespace="{{ .Release.Namespace }}",job="inference"}) == 1
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: "{{ "{{" }} $labels.instance }} of {{ "{{" }} $labels.job }} has no model, although other pods have one."
    - name: inference-lb-records
      rules:
        - record: job_code:haproxy_responses:rate5m
          expr: sum by (namespace, job, code) (rate(haproxy_frontend_http_responses_total{namespace="{{ .Release.Namespace }}",job="inference-lb",proxy="http"}[5m]))
        - record: job:haproxy_responses_5xx:ratio_rate5m
          expr: sum by (namespace, job) (job_code:haproxy_responses:rate5m{namespace="{{ .Release.Namespace }}",job="inference-lb",code="5xx"}) / sum by (namespace, job) (job_code:haproxy_responses:rate5m{namespace="{{ .Release.Namespace }}",job="inference-lb"})
        - record: job:haproxy_sessions:ratio
          expr: sum by (namespace, job) (haproxy_frontend_current_sessions{namespace="{{ .Release.Namespace }}",job="inference-lb",proxy="http"}) / sum by (namespace, job) (haproxy_frontend_limit_sessions{namespace="{{ .Release.Namespace }}",job="inference-lb",proxy="http"})
    - name: inference-lb-alerts
      rules:
        - alert: BalancerLatencyHigh
          expr: |-
            max by (namespace, job) (haproxy_backend_total_time_average_seconds{namespace="{{ .Release.Namespace }}",job="inference-lb",proxy="servers"}) > 1
            and sum by (namespace, job) (rate(haproxy_backend_http_requests_total{namespace="{{ .Release.Namespace }}",job="inference-lb",proxy="servers"}[5m])) > 0
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: Requests to {{ "{{" }} $labels.job }} take {{ "{{" }} $value | humanizeDuration }} on average. The limit is 1s.
        - alert: BalancerFailing
          expr: job:haproxy_responses_5xx:ratio_rate5m{namespace="{{ .Release.Namespace }}",job="inference-lb"} > 0.05
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: "{{ "{{" }} $value | humanizePercentage }} of the responses of {{ "{{" }} $labels.job }} are 5xx."
        - alert: BalancerSaturated
          expr: job:haproxy_sessions:ratio{namespace="{{ .Release.Namespace }}",job="inference-lb"} > 0.8
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: "{{ "{{" }} $labels.job }} uses {{ "{{" }} $value | humanizePercentage }} of its limit of sessions."
        - alert: BalancerWithoutServers
          expr: max by (namespace, job) (haproxy_backend_active_servers{namespace="{{ .Release.Namespace }}",job="inference-lb",proxy="servers"}) == 0
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: "{{ "{{" }} $labels.job }} has no server to send requests to."
    - name: kafka-exporter-records
      rules:
        - record: consumergroup_topic:kafka_lag:sum
          expr: |-
            sum by (namespace, job, consumergroup, topic) (kafka_consumergroup_lag{namespace="{{ .Release.Namespace }}",job="kafka-exporter"} > 0)
            or sum by (namespace, job, consumergroup, topic) (0 * kafka_consumergroup_lag{namespace="{{ .Release.Namespace }}",job="kafka-exporter"})
        - record: topic:kafka_messages:rate5m
          expr: sum by (namespace, job, topic) (rate(kafka_topic_partition_current_offset{namespace="{{ .Release.Namespace }}",job="kafka-exporter"}[5m]))
    - name: kafka-exporter-alerts
      rules:
        - alert: ConsumerGroupBehind
          expr: consumergroup_topic:kafka_lag:sum{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup=~"train-gru|train-lstm|nonml-prophet|eval-promoter-r5|batch-forecasting-v2"} > 100
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: "{{ "{{" }} $labels.consumergroup }} has {{ "{{" }} $value }} unread messages of {{ "{{" }} $labels.topic }}."
        - alert: ConsumerGroupStuck
          expr: |-
            consumergroup_topic:kafka_lag:sum{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup=~"train-gru|train-lstm|nonml-prophet|eval-promoter-r5|batch-forecasting-v2"} > 0
            and on (namespace, job, consumergroup, topic) delta(kafka_consumergroup_current_offset_sum{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup=~"train-gru|train-lstm|nonml-prophet|eval-promoter-r5|batch-forecasting-v2"}[10m]) == 0
          for: 2h
          labels:
            severity: warning
          annotations:
            summary: "{{ "{{" }} $labels.consumergroup }} has unread messages of {{ "{{" }} $labels.topic }} and reads none of them."
        - alert: ConsumerGroupWithoutMembers
          expr: |-
            kafka_consumergroup_members{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup=~"train-gru|train-lstm|nonml-prophet|eval-promoter-r5|batch-forecasting-v2"} == 0
            or
            absent(kafka_consumergroup_members{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup="train-gru"})
            or
            absent(kafka_consumergroup_members{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup="train-lstm"})
            or
            absent(kafka_consumergroup_members{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup="nonml-prophet"})
            or
            absent(kafka_consumergroup_members{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup="eval-promoter-r5"})
            or
            absent(kafka_consumergroup_members{namespace="{{ .Release.Namespace }}",job="kafka-exporter",consumergroup="batch-forecasting-v2"})
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: The consumer group {{ "{{" }} $labels.consumergroup }} has no members.
        - alert: KafkaBrokerMissing
{{- if .Values.kafka.quorum }}
          expr: kafka_brokers{namespace="{{ .Release.Namespace }}",job="kafka-exporter"} < 3
{{- end }}
{{- if not .Values.kafka.quorum }}
          expr: kafka_brokers{namespace="{{ .Release.Namespace }}",job="kafka-exporter"} < 1
{{- end }}
          for: 10m
          labels:
            severity: critical
          annotations:
{{- if .Values.kafka.quorum }}
            summary: Kafka has {{ "{{" }} $value }} of 3 brokers.
{{- end }}
{{- if not .Values.kafka.quorum }}
            summary: Kafka has {{ "{{" }} $value }} of 1 brokers.
{{- end }}
        - alert: KafkaPartitionsUnderReplicated
          expr: sum by (namespace, job, topic) (kafka_topic_partition_under_replicated_partition{namespace="{{ .Release.Namespace }}",job="kafka-exporter"}) > 0
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: "{{ "{{" }} $value }} partitions of {{ "{{" }} $labels.topic }} have too few replicas in sync."
        - alert: MessagesFailed
          expr: sum by (namespace, job, topic) (delta(kafka_topic_partition_current_offset{namespace="{{ .Release.Namespace }}",job="kafka-exporter",topic=~"DLQ-preprocess|DLQ-model-training|DLQ-model-selected|DLQ-performance-eval"}[30m])) > 0
          for: 1m
          labels:
            severity: warning
          annotations:
            summary: Programs could not handle some messages, which are now in {{ "{{" }} $labels.topic }}.
    - name: minio-alerts
      rules:
        - alert: ObjectStoreFull
          expr: (minio_cluster_health_capacity_usable_free_bytes{namespace="{{ .Release.Namespace }}",job="minio"} or 0 * minio_cluster_health_capacity_usable_total_bytes{namespace="{{ .Release.Namespace }}",job="minio"}) / minio_cluster_health_capacity_usable_total_bytes{namespace="{{ .Release.Namespace }}",job="minio"} < 0.1
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: Only {{ "{{" }} $value | humanizePercentage }} of the capacity of {{ "{{" }} $labels.job }} is free.
        - alert: ObjectStoreDriveOffline
          expr: minio_cluster_health_drives_offline_count{namespace="{{ .Release.Namespace }}",job="minio"} > 0
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: "{{ "{{" }} $value }} drives of {{ "{{" }} $labels.job }} are offline."
{{ end }}

{{- define "ConfigMap grafana-provisioning" -}}
dashboards.yaml: |
  apiVersion: 1
  providers:
    - name: dashboards
      type: file
      disableDeletion: false
      allowUiUpdates: false
      options:
        path: /etc/grafana/dashboards
datasources.yaml: |
  apiVersion: 1
  datasources:
    - name: Prometheus
      uid: prometheus
      type: prometheus
      access: proxy
      url: http://prometheus.{{ .Release.Namespace }}.svc:9090
      isDefault: true
      editable: false
      jsonData:
        httpMethod: POST
        timeInterval: 15s
{{ end }}

{{- define "ConfigMap grafana-dashboards" -}}
flts-pipeline.json: |
  {
    "uid": "flts-pipeline",
    "title": "FLTS: pipeline",
    "description": "Messages and consumers of Kafka, the object store, and the scrapes of Prometheus.",
    "tags": [
      "pipeline"
    ],
    "schemaVersion": 42,
    "editable": false,
    "graphTooltip": 1,
    "refresh": "30s",
    "time": {
      "from": "now-6h",
      "to": "now"
    },
    "timezone": "browser",
    "templating": {
      "list": [
        {
          "type": "query",
          "name": "consumergroup",
          "label": "Group",
          "datasource": {
            "type": "prometheus",
            "uid": "prometheus"
          },
          "query": {
            "refId": "consumergroup",
            "query": "label_values(kafka_consumergroup_lag_sum{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\"}, consumergroup)"
          },
          "multi": true,
          "includeAll": true,
          "allValue": ".+",
          "current": {
            "text": [
              "All"
            ],
            "value": [
              "$__all"
            ]
          },
          "refresh": 2,
          "sort": 1
        },
        {
          "type": "query",
          "name": "topic",
          "label": "Topic",
          "datasource": {
            "type": "prometheus",
            "uid": "prometheus"
          },
          "query": {
            "refId": "topic",
            "query": "label_values(kafka_topic_partitions{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\"}, topic)"
          },
          "multi": true,
          "includeAll": true,
          "allValue": ".+",
          "current": {
            "text": [
              "All"
            ],
            "value": [
              "$__all"
            ]
          },
          "refresh": 2,
          "sort": 1
        }
      ]
    },
    "panels": [
      {
        "type": "row",
        "id": 6100263,
        "title": "Now",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 0,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 88370340,
        "type": "stat",
        "title": "Brokers",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max(kafka_brokers{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "red",
                  "value": null
                },
                {
                  "color": "green",
{{- if .Values.kafka.quorum }}
                  "value": 3
{{- end }}
{{- if not .Values.kafka.quorum }}
                  "value": 1
{{- end }}
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 0,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 145544032,
        "type": "stat",
        "title": "Under-replicated partitions",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(kafka_topic_partition_under_replicated_partition{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "red",
                  "value": 1
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 4,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 266664869,
        "type": "stat",
        "title": "Unread messages",
        "description": "Of all groups and topics, including groups that no longer run.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(kafka_consumergroup_lag_sum{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "short",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 8,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 72810722,
        "type": "stat",
        "title": "Failed messages in the last hour",
        "description": "New messages in the topics for messages that programs could not handle.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(increase(kafka_topic_partition_current_offset{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",topic=~\"DLQ-.+\"}[1h]))",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "red",
                  "value": 1
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 12,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 29727594,
        "type": "stat",
        "title": "Reachable targets",
        "description": "Share of the pods whose metrics were read.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "avg(up{namespace=\"{{ .Release.Namespace }}\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "max": 1,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "red",
                  "value": null
                },
                {
                  "color": "green",
                  "value": 1
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 16,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "type": "row",
        "id": 258807672,
        "title": "Consumers",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 5,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 172329659,
        "type": "timeseries",
        "title": "Lag",
        "description": "Messages that a group has not read yet.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (consumergroup, topic) (kafka_consumergroup_lag_sum{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",consumergroup=~\"$consumergroup\",topic=~\"$topic\"})",
            "legendFormat": "{{ "{{" }}consumergroup}}: {{ "{{" }}topic}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "short",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 6,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 80876305,
        "type": "timeseries",
        "title": "Time until all messages are read",
        "description": "At the current rate. There is no value where nothing is read.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (consumergroup, topic) (kafka_consumergroup_lag_sum{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",consumergroup=~\"$consumergroup\",topic=~\"$topic\"}) / sum by (consumergroup, topic) (rate(kafka_consumergroup_current_offset_sum{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",consumergroup=~\"$consumergroup\",topic=~\"$topic\"}[$__rate_interval]) > 0)",
            "legendFormat": "{{ "{{" }}consumergroup}}: {{ "{{" }}topic}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "s",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 6,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 112968981,
        "type": "timeseries",
        "title": "Members",
        "description": "Live consumers of each group.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max by (consumergroup) (kafka_consumergroup_members{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",consumergroup=~\"$consumergroup\"})",
            "legendFormat": "{{ "{{" }}consumergroup}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 6,
          "w": 8,
          "h": 8
        }
      },
      {
        "type": "row",
        "id": 154123810,
        "title": "Topics",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 14,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 261927178,
        "type": "timeseries",
        "title": "New messages",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (topic) (rate(kafka_topic_partition_current_offset{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",topic=~\"$topic\"}[$__rate_interval]))",
            "legendFormat": "{{ "{{" }}topic}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "cps",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 15,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 117989219,
        "type": "timeseries",
        "title": "Stored messages",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (topic) (kafka_topic_partition_current_offset{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",topic=~\"$topic\"} - kafka_topic_partition_oldest_offset{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",topic=~\"$topic\"})",
            "legendFormat": "{{ "{{" }}topic}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "short",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 15,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 197656691,
        "type": "timeseries",
        "title": "Failed messages",
        "description": "Since their topics were created.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (topic) (kafka_topic_partition_current_offset{namespace=\"{{ .Release.Namespace }}\",job=\"kafka-exporter\",topic=~\"DLQ-.+\"})",
            "legendFormat": "{{ "{{" }}topic}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 15,
          "w": 8,
          "h": 8
        }
      },
      {
        "type": "row",
        "id": 197114766,
        "title": "Object store",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 23,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 28868573,
        "type": "stat",
        "title": "Used capacity",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "1 - max(minio_cluster_health_capacity_usable_free_bytes{namespace=\"{{ .Release.Namespace }}\",job=\"minio\"}) / max(minio_cluster_health_capacity_usable_total_bytes{namespace=\"{{ .Release.Namespace }}\",job=\"minio\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "max": 1,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 0.8
                },
                {
                  "color": "red",
                  "value": 0.9
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 0,
          "y": 24,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 69417278,
        "type": "stat",
        "title": "Offline drives",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max(minio_cluster_health_drives_offline_count{namespace=\"{{ .Release.Namespace }}\",job=\"minio\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "red",
                  "value": 1
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 4,
          "y": 24,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 70920128,
        "type": "timeseries",
        "title": "Size of buckets",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max by (bucket) (minio_cluster_usage_buckets_total_bytes{namespace=\"{{ .Release.Namespace }}\",job=\"minio\"})",
            "legendFormat": "{{ "{{" }}bucket}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "bytes",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 40,
              "showPoints": "never",
              "stacking": {
                "mode": "normal",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 24,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 118950151,
        "type": "timeseries",
        "title": "Objects in buckets",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max by (bucket) (minio_cluster_usage_buckets_objects_count{namespace=\"{{ .Release.Namespace }}\",job=\"minio\"})",
            "legendFormat": "{{ "{{" }}bucket}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "short",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 24,
          "w": 8,
          "h": 8
        }
      },
      {
        "type": "row",
        "id": 43766593,
        "title": "Scrapes and alerts",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 32,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 182502531,
        "type": "timeseries",
        "title": "Share of reachable targets",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "avg by (job) (up{namespace=\"{{ .Release.Namespace }}\"})",
            "legendFormat": "{{ "{{" }}job}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "max": 1,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 33,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 3924627,
        "type": "timeseries",
        "title": "Duration of a scrape",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max by (job) (scrape_duration_seconds{namespace=\"{{ .Release.Namespace }}\"})",
            "legendFormat": "{{ "{{" }}job}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "s",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 33,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 27255139,
        "type": "timeseries",
        "title": "Samples of a scrape",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (job) (scrape_samples_scraped{namespace=\"{{ .Release.Namespace }}\"})",
            "legendFormat": "{{ "{{" }}job}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "short",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 33,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 265009020,
        "type": "timeseries",
        "title": "Firing alerts",
        "description": "Alerts of the rules of Prometheus, by the number of series that fire.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "count by (alertname) (ALERTS{namespace=\"{{ .Release.Namespace }}\",alertstate=\"firing\"})",
            "legendFormat": "{{ "{{" }}alertname}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 40,
              "showPoints": "never",
              "stacking": {
                "mode": "normal",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 41,
          "w": 24,
          "h": 8
        }
      }
    ]
  }
flts-serving.json: |
  {
    "uid": "flts-serving",
    "title": "FLTS: serving",
    "description": "Forecasts: rate, errors, latency and saturation, at the load balancer and in each pod.",
    "tags": [
      "golden signals"
    ],
    "schemaVersion": 42,
    "editable": false,
    "graphTooltip": 1,
    "refresh": "30s",
    "time": {
      "from": "now-1h",
      "to": "now"
    },
    "timezone": "browser",
    "templating": {
      "list": [
        {
          "type": "query",
          "name": "instance",
          "label": "Pod",
          "datasource": {
            "type": "prometheus",
            "uid": "prometheus"
          },
          "query": {
            "refId": "instance",
            "query": "label_values(up{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}, instance)"
          },
          "multi": true,
          "includeAll": true,
          "allValue": ".+",
          "current": {
            "text": [
              "All"
            ],
            "value": [
              "$__all"
            ]
          },
          "refresh": 2,
          "sort": 1
        }
      ]
    },
    "panels": [
      {
        "type": "row",
        "id": 6100263,
        "title": "Now",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 0,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 144867586,
        "type": "stat",
        "title": "Servers in rotation",
        "description": "Pods that the load balancer sends requests to: the lowest number that any of its replicas reports.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "min(haproxy_backend_active_servers{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "red",
                  "value": null
                },
                {
                  "color": "green",
                  "value": 1
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 0,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 181756046,
        "type": "stat",
        "title": "Requests",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(rate(haproxy_frontend_http_requests_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\"}[$__rate_interval]))",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "reqps",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 4,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 194146831,
        "type": "stat",
        "title": "Errors",
        "description": "Share of 5xx in the responses to clients.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(rate(haproxy_frontend_http_responses_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\",code=\"5xx\"}[$__rate_interval])) / sum(rate(haproxy_frontend_http_responses_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\"}[$__rate_interval]))",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "max": 1,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 0.01
                },
                {
                  "color": "red",
                  "value": 0.05
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 8,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 64828821,
        "type": "stat",
        "title": "Pods that Prometheus reaches",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "avg(up{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "max": 1,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "red",
                  "value": null
                },
                {
                  "color": "green",
                  "value": 1
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 12,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 179185626,
        "type": "stat",
        "title": "Pods with a model",
        "description": "As each pod reported when it loaded a model or ended its last forecast.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(inference_model_ready{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"})",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "red",
                  "value": null
                },
                {
                  "color": "green",
                  "value": 1
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 16,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "id": 101484546,
        "type": "stat",
        "title": "95 % of forecasts take at most",
        "description": "Time that the model takes for a forecast.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "histogram_quantile(0.95, sum by (le) (rate(inference_latency_seconds_bucket{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval])))",
            "legendFormat": "__auto"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "s",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "thresholds"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 1
                },
                {
                  "color": "red",
                  "value": 5
                }
              ]
            }
          },
          "overrides": []
        },
        "options": {
          "reduceOptions": {
            "calcs": [
              "lastNotNull"
            ],
            "fields": "",
            "values": false
          },
          "orientation": "auto",
          "textMode": "auto",
          "wideLayout": true,
          "colorMode": "value",
          "graphMode": "area",
          "justifyMode": "auto",
          "showPercentChange": false,
          "percentChangeColorMode": "standard"
        },
        "gridPos": {
          "x": 20,
          "y": 1,
          "w": 4,
          "h": 4
        }
      },
      {
        "type": "row",
        "id": 134122887,
        "title": "Requests and errors",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 5,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 125487570,
        "type": "timeseries",
        "title": "Responses by status",
        "description": "Responses to clients, including those of the load balancer itself.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (code) (rate(haproxy_frontend_http_responses_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\"}[$__rate_interval]))",
            "legendFormat": "{{ "{{" }}code}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "reqps",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 40,
              "showPoints": "never",
              "stacking": {
                "mode": "normal",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 6,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 100652260,
        "type": "timeseries",
        "title": "Share of 5xx responses",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(rate(haproxy_frontend_http_responses_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\",code=\"5xx\"}[$__rate_interval])) / sum(rate(haproxy_frontend_http_responses_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\"}[$__rate_interval]))",
            "legendFormat": "5xx"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 0.01
                },
                {
                  "color": "red",
                  "value": 0.05
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "dashed"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 6,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 205370278,
        "type": "timeseries",
        "title": "Errors between the load balancer and the servers",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(rate(haproxy_backend_connection_errors_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"}[$__rate_interval]))",
            "legendFormat": "failed connections"
          },
          {
            "refId": "B",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(rate(haproxy_backend_response_errors_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"}[$__rate_interval]))",
            "legendFormat": "aborted responses"
          },
          {
            "refId": "C",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(rate(haproxy_backend_retry_warnings_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"}[$__rate_interval]))",
            "legendFormat": "retries"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "cps",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 6,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 64786743,
        "type": "timeseries",
        "title": "Forecasts by outcome",
        "description": "Requests that reached the model.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum by (outcome) (rate(inference_jobs_outcome_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval]))",
            "legendFormat": "{{ "{{" }}outcome}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "cps",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 40,
              "showPoints": "never",
              "stacking": {
                "mode": "normal",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 14,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 66625004,
        "type": "timeseries",
        "title": "Share of the forecasts that fail",
        "description": "Without errors that the client caused.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "(sum(rate(inference_jobs_outcome_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",outcome=~\"exception|skipped|server_error|timeout|queue_full|busy\"}[$__rate_interval])) or vector(0)) / sum(rate(inference_jobs_outcome_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval]))",
            "legendFormat": "failures"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 0.01
                },
                {
                  "color": "red",
                  "value": 0.05
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "dashed"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 14,
          "w": 8,
          "h": 8
        }
      },
      {
        "type": "row",
        "id": 52842501,
        "title": "Latency",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 22,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 52144584,
        "type": "timeseries",
        "title": "Duration of a request",
        "description": "Averages of the last 1024 requests of the slowest replica of the load balancer, however old they are.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max(haproxy_backend_total_time_average_seconds{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"})",
            "legendFormat": "first to last byte"
          },
          {
            "refId": "B",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max(haproxy_backend_response_time_average_seconds{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"})",
            "legendFormat": "until a server responds"
          },
          {
            "refId": "C",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max(haproxy_backend_queue_time_average_seconds{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"})",
            "legendFormat": "in the queue"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "s",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 23,
          "w": 12,
          "h": 8
        }
      },
      {
        "id": 237767875,
        "type": "timeseries",
        "title": "Duration of a forecast",
        "description": "Time in the model, without failed forecasts and without waiting for a free worker.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "histogram_quantile(0.99, sum by (le) (rate(inference_latency_seconds_bucket{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval])))",
            "legendFormat": "99 %"
          },
          {
            "refId": "B",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "histogram_quantile(0.95, sum by (le) (rate(inference_latency_seconds_bucket{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval])))",
            "legendFormat": "95 %"
          },
          {
            "refId": "C",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "histogram_quantile(0.5, sum by (le) (rate(inference_latency_seconds_bucket{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval])))",
            "legendFormat": "50 %"
          },
          {
            "refId": "D",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(rate(inference_latency_seconds_sum{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval])) / sum(rate(inference_latency_seconds_count{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}[$__rate_interval]))",
            "legendFormat": "mean"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "s",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 1
                },
                {
                  "color": "red",
                  "value": 5
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "dashed"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 12,
          "y": 23,
          "w": 12,
          "h": 8
        }
      },
      {
        "type": "row",
        "id": 16795117,
        "title": "Saturation",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 31,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 203371386,
        "type": "timeseries",
        "title": "Requests at the load balancer",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(haproxy_backend_current_queue{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"})",
            "legendFormat": "waiting for a server"
          },
          {
            "refId": "B",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(haproxy_backend_current_sessions{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\"})",
            "legendFormat": "being served"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 32,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 217485958,
        "type": "timeseries",
        "title": "Sessions of clients",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max(haproxy_frontend_current_sessions{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\"} / haproxy_frontend_limit_sessions{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"http\"})",
            "legendFormat": "share of the limit"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 0.8
                },
                {
                  "color": "red",
                  "value": 0.95
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "dashed"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 32,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 76940382,
        "type": "timeseries",
        "title": "Servers by state",
        "description": "As the load balancer sees them.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "max by (state) (haproxy_backend_agg_server_status{namespace=\"{{ .Release.Namespace }}\",job=\"inference-lb\",proxy=\"servers\",state=~\"UP|DOWN|DRAIN|NOLB\"})",
            "legendFormat": "{{ "{{" }}state}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 40,
              "showPoints": "never",
              "stacking": {
                "mode": "normal",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 32,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 151764673,
        "type": "timeseries",
        "title": "Busy workers",
        "description": "Share of the workers that were busy when the last forecast of each pod ended.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "sum(inference_workers_busy{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"}) / sum(inference_workers_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference\"})",
            "legendFormat": "of all servers"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "green",
                  "value": null
                },
                {
                  "color": "orange",
                  "value": 0.8
                },
                {
                  "color": "red",
                  "value": 0.95
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "dashed"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 40,
          "w": 8,
          "h": 8
        }
      },
      {
        "type": "row",
        "id": 72434471,
        "title": "Each pod",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 48,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 19569072,
        "type": "timeseries",
        "title": "Forecasts of a pod",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "rate(inference_jobs_processed_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",instance=~\"$instance\"}[$__rate_interval])",
            "legendFormat": "{{ "{{" }}instance}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "cps",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 49,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 245417210,
        "type": "timeseries",
        "title": "Mean duration of a forecast of a pod",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "rate(inference_latency_seconds_sum{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",instance=~\"$instance\"}[$__rate_interval]) / rate(inference_latency_seconds_count{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",instance=~\"$instance\"}[$__rate_interval])",
            "legendFormat": "{{ "{{" }}instance}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "s",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 49,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 30541409,
        "type": "timeseries",
        "title": "Busy workers of a pod",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "inference_worker_utilization{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",instance=~\"$instance\"}",
            "legendFormat": "{{ "{{" }}instance}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "percentunit",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 49,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 221128385,
        "type": "timeseries",
        "title": "Cores of a pod",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "rate(process_cpu_seconds_total{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",instance=~\"$instance\"}[$__rate_interval])",
            "legendFormat": "{{ "{{" }}instance}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 57,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 39553180,
        "type": "timeseries",
        "title": "Memory of a pod",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "process_resident_memory_bytes{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",instance=~\"$instance\"}",
            "legendFormat": "{{ "{{" }}instance}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "bytes",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 8,
          "y": 57,
          "w": 8,
          "h": 8
        }
      },
      {
        "id": 26412223,
        "type": "timeseries",
        "title": "Whether a pod has a model",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "inference_model_ready{namespace=\"{{ .Release.Namespace }}\",job=\"inference\",instance=~\"$instance\"}",
            "legendFormat": "{{ "{{" }}instance}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "max": 1,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 8,
              "showPoints": "never",
              "stacking": {
                "mode": "none",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 16,
          "y": 57,
          "w": 8,
          "h": 8
        }
      },
      {
        "type": "row",
        "id": 37009276,
        "title": "Alerts",
        "collapsed": false,
        "panels": [],
        "gridPos": {
          "x": 0,
          "y": 65,
          "w": 24,
          "h": 1
        }
      },
      {
        "id": 265009020,
        "type": "timeseries",
        "title": "Firing alerts",
        "description": "Alerts of the rules of Prometheus, by the number of series that fire.",
        "datasource": {
          "type": "prometheus",
          "uid": "prometheus"
        },
        "targets": [
          {
            "refId": "A",
            "datasource": {
              "type": "prometheus",
              "uid": "prometheus"
            },
            "editorMode": "code",
            "range": true,
            "expr": "count by (alertname) (ALERTS{namespace=\"{{ .Release.Namespace }}\",alertstate=\"firing\"})",
            "legendFormat": "{{ "{{" }}alertname}}"
          }
        ],
        "fieldConfig": {
          "defaults": {
            "unit": "none",
            "min": 0,
            "noValue": "–",
            "color": {
              "mode": "palette-classic"
            },
            "thresholds": {
              "mode": "absolute",
              "steps": [
                {
                  "color": "text",
                  "value": null
                }
              ]
            },
            "custom": {
              "drawStyle": "line",
              "lineWidth": 1,
              "fillOpacity": 40,
              "showPoints": "never",
              "stacking": {
                "mode": "normal",
                "group": "A"
              },
              "thresholdsStyle": {
                "mode": "off"
              }
            }
          },
          "overrides": []
        },
        "options": {
          "legend": {
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": [
              "lastNotNull",
              "max"
            ]
          },
          "tooltip": {
            "mode": "multi",
            "sort": "desc"
          }
        },
        "gridPos": {
          "x": 0,
          "y": 66,
          "w": 24,
          "h": 8
        }
      }
    ]
  }
{{ end }}

{{- define "ConfigMap locust-config" -}}
locustfile.py: |
  """Users of the FLTS pipeline. Generated; change it in the library."""

  import math
  import os
  from datetime import datetime, timedelta, timezone

  from locust import FastHttpUser, between

  # The columns of the dataset other than its time, with the order of magnitude of their values.
  COLUMNS = {
      "down": 5e6,
      "up": 1e3,
      "rnti_count": 2e3,
      "mcs_down": 10.0,
      "mcs_down_var": 50.0,
      "mcs_up": 12.0,
      "mcs_up_var": 40.0,
      "rb_down": 0.05,
      "rb_down_var": 1e-7,
      "rb_up": 0.01,
      "rb_up_var": 5e-8,
  }
  MEANINGS = {
      0: "no answer",
      400: "the request does not fit the model",
      422: "the request is not understood",
      429: "the queue of the server is full",
      500: "the forecast failed",
      503: "no server has a promoted model",
      504: "the forecast took too long",
  }
  POINTER_URL = os.environ.get("POINTER_URL")


  def series(rows):
      """A daily wave, with one row per minute up to now: the server refuses rows that all have the same time."""
      end = datetime.now(timezone.utc).replace(second=0, microsecond=0, tzinfo=None)
      wave = [1 + math.sin(math.tau * row / 24) / 2 for row in range(rows)]
      times = [(end - timedelta(minutes=rows - row)).isoformat() for row in range(rows)]
      return {"ts": times, **{name: [size * value for value in wave] for name, size in COLUMNS.items()}}


  def meaning(response):
      """What a status means, with the error of the server. Equal failures have equal texts, which Locust counts."""
      status = response.status_code
      text = f"{status}: {MEANINGS.get(status, 'unexpected')}"
      if status in (400, 422):
          return f"{text}: {(response.text or '')[:200]}"
      return f"{text}: {response.error}" if status == 0 else text


  class PipelineUser(FastHttpUser):
      wait_time = between(1, 2)
      # Longer than the timeouts of the server and of proxies, whose errors say more.
      network_timeout = 95.0
      rows = 16
      length = 1

      def on_start(self):
          """Asks how many rows the model reads and forecasts. It is unknown before a model is promoted."""
          with self.client.get("/predict_ping", catch_response=True) as response:
              if response.status_code != 200:
                  response.failure(meaning(response))
                  return
              answer = response.json()
              self.length = answer.get("output_seq_len") or self.length
              # Five rows more than needed, as in the published load test.
              self.rows = max((answer.get("input_seq_len") or 10) + self.length + 5, self.rows)

      def forecast(self):
          request = {"index_col": "ts", "data": series(self.rows), "inference_length": self.length}
          with self.client.post("/predict", json=request, catch_response=True) as response:
              if response.status_code != 200:
                  response.failure(meaning(response))
              elif not response.json().get("predictions"):
                  response.failure("200: no forecast in the answer")

      def ready(self):
          with self.client.get("/ready", catch_response=True) as response:
              if response.status_code != 200:
                  response.failure(meaning(response))

      def pointer(self):
          with self.client.get(POINTER_URL, name="pointer", catch_response=True) as response:
              if response.status_code == 404:
                  response.failure("404: no model was promoted yet")
              elif response.status_code != 200:
                  response.failure(meaning(response))

      tasks = {forecast: 80, ready: 10, **({pointer: 10} if POINTER_URL else {})}
{{ end }}
