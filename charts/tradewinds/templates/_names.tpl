{{/* Labels of everything in the release; the component comes beside them. */}}
{{- define "tradewinds.labels" -}}
app.kubernetes.io/name: tradewinds
app.kubernetes.io/part-of: tradewinds
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What selects a component's pods; never changes. Call with a dict of root and component. */}}
{{- define "tradewinds.selector" -}}
app.kubernetes.io/part-of: tradewinds
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* An image's address. Call with a dict of root and image. */}}
{{- define "tradewinds.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "tradewinds.store.host" -}}
{{- if eq .Values.store.mode "Own" -}}
tradewinds-timescaledb.{{ .Release.Namespace }}.svc
{{- else -}}
{{ required "store.mode is External: store.host must name the server" .Values.store.host }}
{{- end -}}
{{- end }}

{{/* A DSN without a password. Call with a dict of root and user. */}}
{{- define "tradewinds.store.dsn" -}}
postgresql://{{ .user }}@{{ include "tradewinds.store.host" .root }}:{{ .root.Values.store.port }}/{{ .root.Values.store.database }}?sslmode={{ .root.Values.store.sslmode }}
{{- end }}

{{/* The same with the file that pods find the password in. */}}
{{- define "tradewinds.store.dsnInPod" -}}
{{ include "tradewinds.store.dsn" . }}&password_file=/etc/tradewinds/store/password
{{- end }}

{{/* What the operator is told, as one JSON object. */}}
{{- define "tradewinds.settings" -}}
{{- $gateway := dict "dsn" (include "tradewinds.store.dsn" (dict "root" . "user" "tradewinds_gateway")) "secret" "tradewinds-store-gateway" -}}
{{- $collector := dict "dsn" (include "tradewinds.store.dsn" (dict "root" . "user" "tradewinds_collector")) "secret" "tradewinds-store-collector" -}}
{{- $worker := dict "dsn" (include "tradewinds.store.dsn" (dict "root" . "user" "tradewinds_worker")) "secret" "tradewinds-store-worker" -}}
{{- $settings := dict
  "image" (include "tradewinds.image" (dict "root" . "image" .Values.images.runtime))
  "namespace" .Release.Namespace
  "namespaces" (eq .Values.scope "Namespaced" | ternary .Values.tradingNamespaces list)
  "pullPolicy" .Values.images.pullPolicy
  "pullSecrets" .Values.images.pullSecrets
  "gatewayStore" $gateway
  "collectorStore" $collector
  "workerStore" $worker
  "resources" .Values.pods.resources
  "gatewayVolume" .Values.pods.gatewayVolume
  "storageClass" .Values.pods.storageClass
  "nodeSelector" .Values.pods.nodeSelector
  "tolerations" .Values.pods.tolerations
  "networkPolicies" .Values.networkPolicies.enabled
  "exchangeCidrs" .Values.networkPolicies.exchangeCidrs
  "apiServerCidrs" .Values.networkPolicies.apiServerCidrs
  "metricsNamespaces" .Values.networkPolicies.metricsNamespaces
  "deleteDeadline" .Values.pods.deleteDeadline
  "history" .Values.pods.history
  "resync" .Values.operator.resync
  "apiRate" .Values.operator.apiRate
  "concurrency" .Values.operator.concurrency
-}}
{{- $_ := set $settings "workers" (dict "mode" .Values.workers.mode "most" .Values.workers.most "resources" .Values.workers.resources "cacheClaim" .Values.workers.cacheClaim) -}}
{{ toPrettyJson $settings }}
{{- end }}
