{{/* What the operator may do in each namespace that it looks after. It has no verb on Secrets. */}}
{{- define "tradewinds.rights.namespace" -}}
# Our kinds: follow them; a finalizer is a patch of the object (a policy keeps specs out of it).
- apiGroups: [tradewinds.dev]
  resources: [strategies, exchangeaccounts, marketfeeds, backtests]
  verbs: [get, list, watch, patch]
- apiGroups: [tradewinds.dev]
  resources: [strategies/status, exchangeaccounts/status, marketfeeds/status, backtests/status]
  verbs: [patch]
# To name an owner whose deletion waits for its children (where that is enforced).
- apiGroups: [tradewinds.dev]
  resources: [strategies/finalizers, exchangeaccounts/finalizers, marketfeeds/finalizers, backtests/finalizers]
  verbs: [update]
# Children: created where there is nothing yet, then server-side apply, a patch. They go with their
# owner, so only old specs, a new name each, are deleted by name.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, create, patch]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [get, list, watch, create, patch, delete]
# Why something does not run.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch]
# Events: to read why a pod cannot start, and to say what became of a resource.
- apiGroups: [""]
  resources: [events]
  verbs: [get, list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}

{{/* TradingHalts stand above namespaces, whatever the scope. */}}
{{- define "tradewinds.rights.halts" -}}
- apiGroups: [tradewinds.dev]
  resources: [tradinghalts]
  verbs: [get, list, watch]
- apiGroups: [tradewinds.dev]
  resources: [tradinghalts/status]
  verbs: [patch]
# Their Events lie in the namespace `default`.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}

{{/* What the operator may do at home, where its Lease and the workers are. */}}
{{- define "tradewinds.rights.home" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [tradewinds-operator]
  verbs: [get, update]
# The namespace's uid marks the rows of this operator in the queue.
- apiGroups: [""]
  resources: [namespaces]
  resourceNames: [{{ .Release.Namespace }}]
  verbs: [get]
# Workers are here, so this namespace is watched like those that trade.
- apiGroups: [tradewinds.dev]
  resources: [strategies, exchangeaccounts, marketfeeds, backtests]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [statefulsets, controllerrevisions]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [pods, events, services, configmaps, persistentvolumeclaims]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch{{ if eq .Values.workers.mode "jobs" }}, create, patch, delete{{ end }}]
{{- end }}
