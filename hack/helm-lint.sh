#!/usr/bin/env bash
#
# Checks the Helm chart: its own tests, what Helm 3 and Helm 4 say about it, and whether Kubernetes knows all objects that they
# render, with the default values and with each file under dist/chart/ci. Also checks dist/install.yaml, and the objects of the
# component for the Prometheus Operator.
#
#   HELM_ASSETS    folder with helm3 and helm4, as hack/helm.sh prints it
#   HELM_UNITTEST  the executable of helm-unittest
#   KUBECONFORM    the executable of kubeconform
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly chart=dist/chart
readonly namespace=stakeholder-operator-system
cd "$root"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say() { printf 'helm-lint: %s\n' "$*" >&2; }

# source_of downloads a module that a module of hack requires, and prints its folder.
source_of() {
  (cd "hack/$1" && GOWORK=off go mod download -json "$2" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
}

# write_schemas writes the schemas of the Kubernetes version that the tests run on, and those of the Prometheus Operator.
write_schemas() {
  local kubernetes prometheus
  kubernetes=$(source_of controlplane k8s.io/kubernetes)
  prometheus=$(source_of prometheus-operator github.com/prometheus-operator/prometheus-operator)
  prometheus=$prometheus/example/prometheus-operator-crd/monitoring.coreos.com
  (cd hack/chart && GOWORK=off CGO_ENABLED=0 go run -mod=readonly ./schemas -i "$kubernetes/api/openapi-spec/swagger.json" \
    -o "$scratch/schemas" "${prometheus}_servicemonitors.yaml" "${prometheus}_prometheusrules.yaml")
}

# conform checks the objects of files, or of standard input, which is "-".
conform() {
  "$KUBECONFORM" -strict -summary -schema-location "$scratch/schemas/{{.ResourceKind}}{{.KindSuffix}}.json" "$@"
}

say "tests of the chart"
"$HELM_UNITTEST" "$chart"

write_schemas
say "install.yaml"
conform dist/install.yaml

say "component monitoring"
conform config/components/monitoring/service_monitor.yaml config/components/monitoring/prometheus_rule.yaml

for helm in helm3 helm4; do
  "$HELM_ASSETS/$helm" lint --strict --quiet --namespace "$namespace" "$chart"
  for values in values.yaml ci/*.yaml; do
    for file in "$chart"/$values; do
      say "$helm with ${file#"$chart"/}"
      "$HELM_ASSETS/$helm" template stakeholder-operator "$chart" --namespace "$namespace" --values "$file" | conform -
    done
  done
done
