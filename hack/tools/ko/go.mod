module github.com/stakeholders-dev/stakeholder-operator/hack/tools/ko

go 1.26.0
