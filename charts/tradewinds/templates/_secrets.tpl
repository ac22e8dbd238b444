{{/* Secrets at home, of which trading namespaces get the second list as copies. */}}
{{- define "tradewinds.secrets.home" -}}
{{- $names := list "tradewinds-store-worker" "tradewinds-store-operator" "tradewinds-store-api" -}}
{{- if eq .Values.store.mode "Own" }}{{ $names = append $names "tradewinds-store-owner" }}{{ end -}}
{{- if eq .Values.redis.mode "Own" }}{{ $names = append $names "tradewinds-redis" }}{{ end -}}
{{ toJson $names }}
{{- end }}

{{- define "tradewinds.secrets.copied" -}}
{{ toJson (list "tradewinds-store-gateway" "tradewinds-store-collector") }}
{{- end }}
