{{- define "text" -}}{{ toJson . | trimPrefix "\"" | trimSuffix "\"" }}{{ end }}

{{- define "ConfigMap inference-config" -}}
{{ .Values.config | toJson }}
{{ end }}
