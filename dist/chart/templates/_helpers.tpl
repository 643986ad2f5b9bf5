{{/*
Names do not depend on the release: a cluster has one operator, and its documents, alerts and tools use these names. Helm
refuses a second release, because the objects belong to the first.
*/}}
{{- define "stakeholder-operator.name" -}}
stakeholder-operator-controller-manager
{{- end }}

{{/* The name of what uninstalls. */}}
{{- define "stakeholder-operator.uninstall" -}}
stakeholder-operator-uninstall
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

{{/* What the operator's Pods and the Pod that uninstalls have in common: where they run, and without privileges. */}}
{{- define "stakeholder-operator.pod" -}}
automountServiceAccountToken: true
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- range $field := list "nodeSelector" "tolerations" }}
{{- with get $.Values $field }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
securityContext:
  # No user ID: the image sets one, and some platforms choose their own.
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{/* What their containers have in common. */}}
{{- define "stakeholder-operator.container" -}}
name: manager
{{- with .Values.image }}
image: {{ printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}{{ with .digest }}@{{ . }}{{ end }}
{{- with .pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
terminationMessagePolicy: FallbackToLogsOnError
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
    - ALL
{{- end }}

{{/* The traffic that they need: DNS, and the API server. */}}
{{- define "stakeholder-operator.egress" -}}
# DNS.
- ports:
  - protocol: UDP
    port: 53
  - protocol: TCP
    port: 53
# The API server.
- ports:
  {{- range .Values.networkPolicy.apiServerPorts }}
  - protocol: TCP
    port: {{ . }}
  {{- end }}
{{- end }}

{{/* The port of the metrics. */}}
{{- define "stakeholder-operator.metricsPort" -}}
{{ ternary 8443 8080 .Values.metrics.secure }}
{{- end }}

{{/*
The objects of files, in the namespace of the release and with its labels. The files are data, not templates: braces in them stay.
Arguments: chart (the context of the caller), files (a pattern), and optionally namespace, annotations, and labels, which precede those
of all objects.
*/}}
{{- define "stakeholder-operator.objects" -}}
{{- $labels := include "stakeholder-operator.labels" .chart | fromYaml }}
{{- range $path, $content := .chart.Files.Glob .files }}
{{- $quoted := $.chart.Release.Namespace | quote | printf "namespace: %s" }}
{{- $object := toString $content | replace "namespace: stakeholder-operator-system" $quoted | replace "stakeholder-operator-system" $.chart.Release.Namespace | fromYaml }}
{{- $labels := merge (dict) (default dict $object.metadata.labels) (default dict $.labels) $labels }}
{{- $_ := set $object.metadata "labels" $labels }}
{{- with $.annotations }}
{{- $_ := set $object.metadata "annotations" (merge (dict) . (default dict $object.metadata.annotations)) }}
{{- end }}
{{- with $.namespace }}
{{- $_ := set $object.metadata "namespace" . }}
{{- end }}
---
{{- $aggregated := false }}
{{- range $label, $_ := $object.metadata.labels }}
{{- $aggregated = or $aggregated (hasPrefix "stakeholders.dev/aggregate-to-" $label) }}
{{- end }}
{{- if $aggregated }}
# Helm uninstalls Lists last. If this went before the ClusterRole that it is aggregated into, or at the same time, Kubernetes would
# update that ClusterRole, and so create it again if it is gone by then.
apiVersion: v1
kind: List
metadata:
  # Only "helm lint" asks for it.
  name: {{ $object.metadata.name }}
items:
- {{ toYaml $object | nindent 2 | trim }}
{{- else }}
{{ toYaml $object }}
{{- end }}
{{ end }}
{{- end }}
