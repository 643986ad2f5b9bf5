// The CustomResourceDefinitions of the Prometheus Operator, which hack/helm-lint.sh checks ServiceMonitors and PrometheusRules
// with. Nothing here is built or run: the tool only keeps the module required, and is one that needs no other module.
module github.com/stakeholders-dev/stakeholder-operator/hack/prometheus-operator

go 1.26.0

tool github.com/prometheus-operator/prometheus-operator/example/alertmanager-webhook

require github.com/prometheus-operator/prometheus-operator v0.85.0 // indirect
