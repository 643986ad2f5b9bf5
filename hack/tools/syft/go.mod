module github.com/stakeholders-dev/stakeholder-operator/hack/tools/syft

go 1.26.0
