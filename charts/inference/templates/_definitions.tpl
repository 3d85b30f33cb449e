{{- define "ConfigMap inference-config /data" -}}
{{ .Values.config | toJson }}
{{ end }}
