#!/usr/bin/env bash
#
# Checks the Helm chart: its own tests, what Helm 3 and Helm 4 say about it, and whether Kubernetes knows all objects that they
# render, with the default values and with each file under dist/chart/ci. Also checks dist/install.yaml.
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

# write_schemas writes the schemas of the Kubernetes version that the tests run on.
write_schemas() {
  local kubernetes
  kubernetes=$(cd hack/controlplane && GOWORK=off go mod download -json k8s.io/kubernetes | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  (cd hack/chart && GOWORK=off CGO_ENABLED=0 go run -mod=readonly ./schemas -i "$kubernetes/api/openapi-spec/swagger.json" -o "$scratch/schemas")
}

# conform checks objects on standard input. The kinds of the Prometheus Operator have no schema here.
conform() {
  "$KUBECONFORM" -strict -summary -skip ServiceMonitor,PrometheusRule \
    -schema-location "$scratch/schemas/{{.ResourceKind}}{{.KindSuffix}}.json" -
}

say "tests of the chart"
"$HELM_UNITTEST" "$chart"

write_schemas
say "install.yaml"
conform <dist/install.yaml

for helm in helm3 helm4; do
  "$HELM_ASSETS/$helm" lint --strict --quiet --namespace "$namespace" "$chart"
  for values in values.yaml ci/*.yaml; do
    for file in "$chart"/$values; do
      say "$helm with ${file#"$chart"/}"
      "$HELM_ASSETS/$helm" template stakeholder-operator "$chart" --namespace "$namespace" --values "$file" | conform
    done
  done
done
