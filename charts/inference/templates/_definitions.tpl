{{- define "data.inference-config" -}}
{{ .Values.config | toJson }}
{{ end }}
