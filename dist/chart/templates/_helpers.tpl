{{/*
Names do not depend on the release: a cluster has one operator, and its documents, alerts and tools use these names. Helm
refuses a second release, because the objects belong to the first.
*/}}
{{- define "stakeholder-operator.name" -}}
stakeholder-operator-controller-manager
{{- end }}

{{/* The labels of every object. */}}
{{- define "stakeholder-operator.labels" -}}
app.kubernetes.io/name: stakeholder-operator
app.kubernetes.io/part-of: stakeholder-operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The labels by which the Deployment and others find the operator's Pods. They can never change. */}}
{{- define "stakeholder-operator.selector" -}}
control-plane: controller-manager
app.kubernetes.io/name: stakeholder-operator
{{- end }}

{{/* The port of the metrics. */}}
{{- define "stakeholder-operator.metricsPort" -}}
{{ ternary 8443 8080 .Values.metrics.secure }}
{{- end }}

{{/*
The objects of files, in the namespace of the release and with its labels. The files are data, not templates: braces in them stay.
Arguments: chart (the context of the caller), files (a pattern), and optionally namespace, labels and annotations.
*/}}
{{- define "stakeholder-operator.objects" -}}
{{- $labels := include "stakeholder-operator.labels" .chart | fromYaml }}
{{- range $path, $content := .chart.Files.Glob .files }}
{{- $quoted := $.chart.Release.Namespace | quote | printf "namespace: %s" }}
{{- $object := toString $content | replace "namespace: stakeholder-operator-system" $quoted | replace "stakeholder-operator-system" $.chart.Release.Namespace | fromYaml }}
{{- $labels := merge (dict) (default dict $object.metadata.labels) $labels (default dict $.labels) }}
{{- $_ := set $object.metadata "labels" $labels }}
{{- with $.annotations }}
{{- $_ := set $object.metadata "annotations" (merge (dict) . (default dict $object.metadata.annotations)) }}
{{- end }}
{{- with $.namespace }}
{{- $_ := set $object.metadata "namespace" . }}
{{- end }}
---
{{ toYaml $object }}
{{ end }}
{{- end }}
