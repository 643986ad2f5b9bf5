# The image to build, and to deploy: name:tag, name@digest, or both.
IMG ?= controller:latest

# The version that the manager reports.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

CONTAINER_TOOL ?= docker
KUBECTL ?= kubectl

# Options are part of SHELL, not of .SHELLFLAGS, because make 3.81 (macOS) ignores that.
# Recipes therefore chain with && where a failure must not pass.
SHELL = /usr/bin/env bash -o pipefail
.SHELLFLAGS = -ec

# Tools are built from the modules under hack/tools, which pin them, into a folder that git ignores.
LOCALBIN ?= $(CURDIR)/bin
ACTIONLINT = $(LOCALBIN)/actionlint
CONTROLLER_GEN = $(LOCALBIN)/controller-gen
GOLANGCI_LINT = $(LOCALBIN)/golangci-lint
GORELEASER = $(LOCALBIN)/goreleaser
GOTESTSUM = $(LOCALBIN)/gotestsum
HELM_UNITTEST = $(LOCALBIN)/helm-unittest
KO = $(LOCALBIN)/ko
KUBECONFORM = $(LOCALBIN)/kubeconform
# What goreleaser runs.
SBOM_TOOLS = $(LOCALBIN)/syft $(LOCALBIN)/cyclonedx-gomod
CRD_REF_DOCS = $(LOCALBIN)/crd-ref-docs

# VERSION is stamped in instead of what Go reads from git: a build is then the same in a clone, in a
# source archive and in the image.
GO_BUILD = CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(VERSION)"
# With the same flags for the compiler, generators and the linter find in Go's cache what a build has compiled, and the reverse.
GO_RUN = CGO_ENABLED=0 go run -trimpath

# Modules of their own, because what they depend on is not for those who build the operator.
MODULES = hack/routing-schema hack/chart hack/image hack/monitoring hack/codeowners hack/prow hack/tekton hack/argo-workflows
# The same, of what takes minutes to build the first time: tested with the tools themselves, by test-e2e.
E2E_MODULES = hack/argocd

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

##@ General

.PHONY: help
help: ## Show this help.
	@awk 'BEGIN {FS = ":.*##"; printf "\nUsage:\n  make \033[36m<target>\033[0m\n"} \
		/^[a-zA-Z_0-9-]+:.*?##/ { printf "  \033[36m%-18s\033[0m %s\n", $$1, $$2 } \
		/^##@/ { printf "\n\033[1m%s\033[0m\n", substr($$0, 5) } \
		END { printf "\n" }' $(MAKEFILE_LIST)

##@ Development

.PHONY: generate
generate: $(CONTROLLER_GEN) $(CRD_REF_DOCS) ## Generate deep copies, apply configurations, the routing table's JSON schema, and pages and pictures of docs.
	$(CONTROLLER_GEN) object:headerFile=hack/boilerplate.go.txt applyconfiguration:headerFile=hack/boilerplate.go.txt paths="./api/..."
	cd hack/routing-schema && go run . -o ../../api/routing/v1alpha1/routingtable.schema.json
	@mkdir -p docs/reference docs/images
	$(GO_RUN) ./hack/overview -o docs/images
	$(GO_RUN) ./hack/rules-doc -examples cmd/kubectl-stakeholders/explain/examples.yaml -rules docs/reference/rules.md -reasons docs/reference/reasons.md
	$(GO_RUN) -tags kustomize_disable_go_plugin_support ./hack/cli-doc -o docs/reference/kubectl-stakeholders.md \
		cmd/kubectl-stakeholders/command/testdata/reference test/cli/testdata/reference
	$(GO_RUN) ./hack/reference-doc -o docs/reference
	$(CRD_REF_DOCS) --log-level ERROR --config hack/api-doc/config.yaml --templates-dir hack/api-doc/templates --renderer markdown \
		--source-path api/v1alpha1 --output-path docs/reference/api.md

.PHONY: manifests
manifests: $(CONTROLLER_GEN) ## Generate the CRD and the operator's ClusterRole.
	$(CONTROLLER_GEN) rbac:roleName=manager-role crd paths="./api/...;./controllers/..." \
		output:crd:artifacts:config=config/crd/bases output:rbac:artifacts:config=config/rbac

.PHONY: fmt
fmt: $(GOLANGCI_LINT) ## Format the code and sort its imports.
	$(GOLANGCI_LINT) fmt
	@for module in $(MODULES) $(E2E_MODULES); do (cd $$module && $(GOLANGCI_LINT) fmt) || exit 1; done

.PHONY: vet
vet: ## Run go vet.
	go vet ./...
	@for module in $(MODULES) $(E2E_MODULES); do (cd $$module && CGO_ENABLED=0 go vet ./...) || exit 1; done

.PHONY: lint
lint: $(GOLANGCI_LINT) $(ACTIONLINT) ## Lint the code, the API, the architecture, GitHub's workflows and the scripts' syntax.
	CGO_ENABLED=0 GOFLAGS="$(GOFLAGS) -trimpath" $(GOLANGCI_LINT) run
	@for module in $(MODULES) $(E2E_MODULES); do (cd $$module && CGO_ENABLED=0 $(GOLANGCI_LINT) run) || exit 1; done
	@for script in $(SCRIPTS); do bash -n "$$script" || exit 1; done
	@$(ACTIONLINT) -shellcheck= -pyflakes= .github/workflows/*.yml

.PHONY: lint-fix
lint-fix: $(GOLANGCI_LINT) ## Lint, and fix what can be fixed.
	$(GOLANGCI_LINT) run --fix
	@for module in $(MODULES) $(E2E_MODULES); do (cd $$module && CGO_ENABLED=0 $(GOLANGCI_LINT) run --fix) || exit 1; done

SCRIPTS = hack/control-plane.sh hack/argocd.sh hack/argo-rollouts.sh hack/helm.sh hack/ci.sh hack/helm-lint.sh hack/image-check.sh hack/lib/binaries.sh hack/release-check.sh hack/verify.sh hack/krew/kubectl_complete-stakeholders .ci/run docs/integrations/waiting/ask-and-wait.sh

.PHONY: verify
verify: $(CONTROLLER_GEN) $(CRD_REF_DOCS) ## Check that everything generated, and every go.mod, is current. Changes nothing.
	@LOCALBIN="$(LOCALBIN)" MAKE="$(MAKE)" hack/verify.sh

.PHONY: check-links
check-links: ## Check the links of the documentation to other sites, by the network. verify checks those within the repository.
	$(GO_RUN) ./hack/check-links -external

.PHONY: helm-lint
helm-lint: $(HELM_UNITTEST) $(KUBECONFORM) ## Check the Helm chart and install.yaml, with Helm 3 and Helm 4 themselves.
	@assets="$$(hack/helm.sh | tail -n 1)" && \
	HELM_ASSETS="$$assets" HELM_UNITTEST="$(HELM_UNITTEST)" KUBECONFORM="$(KUBECONFORM)" hack/helm-lint.sh

##@ Test

# PKG replaces the packages that a target tests, and RUN selects tests by name:
#   make test-integration PKG=./test/fault/crash RUN='TestAfter|TestAgain'
# Packages are separated by spaces, and a module of its own can be one of them: PKG="./api/... ./hack/monitoring".
# The target still decides which programs are built first. CONTRIBUTING.md says which tests a change needs.
PKG ?=
# RUN is a regular expression, which neither make nor a shell may take apart: the recipes read it from the environment.
override RUN := $(value RUN)
export RUN

# No test result is ever taken from a cache: what is reported has run. Without symbols for a debugger a test program is linked
# in three quarters of the time. Lint runs go vet.
TEST_FLAGS = -count=1 -vet=off -ldflags=-s -shuffle=on -timeout 60m $(if $(RUN),-run "$$RUN")
# Packages that start no goroutine and share no state, so that the race detector has nothing to find in them.
PURE_PACKAGES = ./api/... ./cmd/kubectl-stakeholders/... \
	$(patsubst %,./controllers/%/...,claims decide handleforms messages names render route targets topics visible) \
	$(patsubst %,./hack/%/...,behaviour bench-report cli-doc krew markdown overview reference-doc rules-doc)
# The package whose tests take longest begins first.
LONG_PACKAGES = ./controllers/stakeholdermap/...
UNIT_PACKAGES = $(LONG_PACKAGES) \
	$(filter-out $(LONG_PACKAGES) $(PURE_PACKAGES),$(patsubst %/,./%/...,$(wildcard cmd/*/ controllers/*/))) ./controllers ./hack/check-links/... ./hack/demo/...
# What suites share has tests of its own. They take longest, and begin first.
HARNESS_PACKAGES = ./test/controlplane/...
E2E_PACKAGES = ./test/e2e/...
# The longest suites begin first, so that the others run beside them and not before.
LONG_SUITES = ./test/fault/crash ./test/docs/... ./test/install/... ./test/upgrade/... ./test/limits/... ./test/admission/... ./test/fault/...
SUITE_PACKAGES = $(LONG_SUITES) $(filter-out $(LONG_SUITES) $(HARNESS_PACKAGES) $(E2E_PACKAGES),$(patsubst %/,./%/...,$(wildcard test/*/)))

# The version of Kubernetes that suites and the demo run on, such as v1.34.5. It is built from source, once, unless it is the one
# that hack/controlplane/go.mod names, which is the default.
KUBERNETES_VERSION ?=
export KUBERNETES_VERSION

# The programs that tests run, built from their modules unless they are built already. To be followed by && and what
# needs them. Each script prints its folder last.
define with-control-plane
assets="$$(hack/control-plane.sh | tail -n 1)" && export KUBEBUILDER_ASSETS="$$assets"
endef
# The operator itself comes from the targets build and build-race, once for all suites. A single go test without
# MANAGER_ASSETS builds its own.
define with-managers
$(with-control-plane) && export MANAGER_ASSETS="$(CURDIR)/bin" && \
assets="$$(hack/helm.sh | tail -n 1)" && export HELM_ASSETS="$$assets"
endef
define with-tools
$(with-managers) && \
assets="$$(hack/argocd.sh | tail -n 1)" && export ARGOCD_ASSETS="$$assets" && \
assets="$$(hack/argo-rollouts.sh | tail -n 1)" && export ARGO_ROLLOUTS_ASSETS="$$assets"
endef

# How Go collects garbage in tests and in the API servers that suites start: less often than by default, which spares an
# API server a third of its work. The operator does not see these variables.
TEST_GC = GOGC=1200 GOMEMLIMIT=2GiB

# Suites wait for their control planes for half of the time or longer, and every program with the race detector sleeps for a
# second before it ends, so twice as many packages are tested at once as there are cores.
PACKAGES_AT_ONCE = -p "$$((2 * $$(nproc)))"

# What PKG selects: modules of their own, suites, and other packages of the root module.
PKG_MODULES = $(filter $(MODULES) $(E2E_MODULES),$(patsubst ./%,%,$(PKG:/...=)))
PKG_SUITES = $(filter-out $(HARNESS_PACKAGES:...=%) $(HARNESS_PACKAGES:/...=),$(filter ./test/%,$(PKG)))
PKG_PACKAGES = $(filter-out $(PKG_SUITES) $(foreach module,$(PKG_MODULES),./$(module) ./$(module)/...),$(PKG))

# run-tests tests the packages $(1) with the race detector, the packages $(2) without, and the modules $(3), or what PKG
# selects. Each takes a run of go test; gotestsum reads them as one and ends with one summary. The modules are tested one after
# the other, beside the packages, and what they print comes last: lines of two runs must not mix.
#
# The race detector watches what runs in the process of a test. Suites run the operator as a program, which is built with
# it: their own process only waits, reads and compares, for which the detector would take more of the machine than the
# operator gets. Without it they share a build cache with the shipped build. In the modules it would have to be compiled
# into all that others wrote.
run-tests = $(call run-selected,$(if $(PKG),$(PKG_PACKAGES),$(1)),$(if $(PKG),$(PKG_SUITES),$(2)),$(if $(PKG),$(PKG_MODULES),$(3)))
define run-selected
$(TEST_GC) $(GOTESTSUM) --format pkgname --format-hide-empty-pkg $(if $(TEST_EVENTS),--jsonfile-timing-events "$(TEST_EVENTS)") --raw-command -- bash -c ' \
	failed=0; \
	$(if $(3),modules="$$(mktemp)" || exit 1; \
	(failed=0; for module in $(3); do (cd $$module && CGO_ENABLED=0 go test -json $(TEST_FLAGS) ./...) || failed=1; done; exit $$failed) > "$$modules" & \
	beside=$$!;) \
	$(if $(1),go test -json -race $(PACKAGES_AT_ONCE) $(TEST_FLAGS) $(1) || failed=1;) \
	$(if $(2),CGO_ENABLED=0 go test -json -trimpath $(PACKAGES_AT_ONCE) $(TEST_FLAGS) $(2) || failed=1;) \
	$(if $(3),wait $$beside || failed=1; cat "$$modules"; rm -f "$$modules";) \
	exit $$failed'
endef

# A file that gotestsum writes the times of packages into, for hack/ci.sh.
TEST_EVENTS ?=

.PHONY: test
test: $(GOTESTSUM) build build-race ## Run all tests, with one summary at the end. PKG=<folders> and RUN=<regexp> narrow them, here and below.
	@$(with-tools) && \
	$(call run-tests,$(HARNESS_PACKAGES) $(UNIT_PACKAGES),$(SUITE_PACKAGES) $(PURE_PACKAGES) $(E2E_PACKAGES),$(MODULES) $(E2E_MODULES))

.PHONY: test-unit
test-unit: $(GOTESTSUM) ## Run the tests that need no control plane.
	@$(call run-tests,$(UNIT_PACKAGES),$(PURE_PACKAGES),$(MODULES))

.PHONY: test-integration
test-integration: $(GOTESTSUM) build build-race ## Run the tests against a real API server and controller manager.
	@$(with-managers) && \
	$(call run-tests,$(HARNESS_PACKAGES),$(SUITE_PACKAGES))

.PHONY: test-e2e
test-e2e: $(GOTESTSUM) build build-race ## Run the tests with Argo CD and Argo Rollouts themselves. The first run builds them, for ten minutes or more.
	@$(with-tools) && \
	$(call run-tests,,$(E2E_PACKAGES),$(E2E_MODULES))

# need-npm ends a target, whose name is $(1), that cannot do without npm.
need-npm = command -v npm >/dev/null || { echo "$(1): npm is missing: install Node.js 20 or later" >&2; exit 1; }

.PHONY: test-backstage
test-backstage: ## Have Backstage's own model judge the catalog files. Needs Node.js 20 or later and npm.
	@$(call need-npm,test-backstage)
	cd hack/backstage && npm ci && npm test

.PHONY: test-site
test-site: ## Test the site that docs-site renders, in a browser. Needs Node.js 20 or later, npm, and Chromium or Chrome.
	@$(call need-npm,test-site)
	cd hack/site && npm ci && npm test

# How long each fuzz test looks for new inputs.
FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## Run every fuzz test for FUZZTIME.
	@files="$$(grep -rlE --include='*_test.go' '^func Fuzz' api cmd controllers hack test || true)"; \
	for file in $$files; do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			echo "$$name in $$(dirname "$$file")"; \
			(cd "$$(dirname "$$file")" && \
				go test . -run '^$$' -fuzz "^$$name\$$" -fuzztime "$(FUZZTIME)" -fuzzminimizetime 5x) || exit 1; \
		done; \
	done

# Where the results are kept: one file for one commit on one machine. bench-report takes several: later ones replace scenarios.
BENCH_RESULTS ?= bin/bench.json
# SCENARIOS are letters of docs/project/benchmarks.md; all without it. BENCH_FLAGS changes sizes: see test/bench/flags_test.go.
# C and K with 10,000 maps in the cluster, which take minutes to write, are make bench SCENARIOS=CK BENCH_FLAGS=-restart-maps=10000.
SCENARIOS ?=
BENCH_FLAGS ?=

# bench-costs measures the scenarios $(1), with the flags $(2).
bench-costs = go test ./test/bench -run '^$$' -bench '^BenchmarkCosts$$/^[$(1)]-' -benchtime 1x -timeout 60m -results "$(abspath $(BENCH_RESULTS))" $(2) $(BENCH_FLAGS)
# With fsync the disk decides, so fewer maps and namespaces show the same.
bench-rest = && $(call bench-costs,AD,-fsync -maps=200 -targets=100) && \
	go test ./test/bench/decide -run '^$$' -bench . -results "$(abspath $(BENCH_RESULTS))"

.PHONY: bench
bench: build ## Measure the operator beside a raw client, at the sizes that it has to hold. Takes half an hour, on an idle machine.
	@$(with-managers) && \
	$(call bench-costs,$(or $(SCENARIOS),A-HJK)) $(if $(SCENARIOS),,$(bench-rest))

.PHONY: bench-report
bench-report: ## Write docs/project/benchmarks.md from what bench has measured.
	$(GO_RUN) ./hack/bench-report -o docs/project/benchmarks.md $(BENCH_RESULTS)

.PHONY: ci
ci: ## Do everything that has to pass before a merge, and say how long each part took.
	@MAKE="$(MAKE)" ONLY_LINUX=true hack/ci.sh verify lint helm-lint build release-snapshot test test-backstage test-site

##@ Build

.PHONY: build
build: ## Build the manager and the kubectl plugin into bin/.
	$(GO_BUILD) -o bin/manager ./cmd/manager
	$(GO_BUILD) -tags kustomize_disable_go_plugin_support -o bin/kubectl-stakeholders ./cmd/kubectl-stakeholders
	@cp hack/krew/kubectl_complete-stakeholders bin/

# For tests only. The flags are those of go test -race, so that Go's build cache serves both.
.PHONY: build-race
build-race:
	CGO_ENABLED=1 go build -race -buildvcs=false -o bin/manager-race ./cmd/manager

.PHONY: docs-site
docs-site: ## Render the documentation to HTML with search, into bin/site. Needs Node.js 20 or later and npm.
	@$(call need-npm,docs-site)
	@cd hack/site && npm ci --silent --omit=dev && node build.js "$(CURDIR)" "$(CURDIR)/bin/site"

.PHONY: docker-build
docker-build: ## Build the manager's image, IMG, with a container engine.
	$(CONTAINER_TOOL) build --build-arg VERSION="$(VERSION)" -t "$(IMG)" .

.PHONY: ko-build
ko-build: $(KO) ## Build the manager's image with ko and push it to IMG, which needs a tag. Needs no container engine.
	@image="$(IMG)" && \
	KO_DOCKER_REPO="$${image%:*}" VERSION="$(VERSION)" SOURCE_DATE_EPOCH="$(SOURCE_DATE_EPOCH)" \
		$(KO) build --bare --tags "$${image##*:}" ./cmd/manager

.PHONY: control-plane
control-plane: ## Build etcd, API server, controller manager and kubectl from source, once, and print where they are.
	@hack/control-plane.sh

.PHONY: helm
helm: ## Build Helm 3 and Helm 4 from source, once, and print where they are.
	@hack/helm.sh

# CLUSTER=current asks before it changes the cluster; YES=1 answers for scripts.
CLUSTER ?=
YES ?=

.PHONY: demo-build
demo-build:
	@echo "Building the operator and the demo; the first time that takes a few minutes" >&2
	@$(MAKE) --no-print-directory --silent build
	@$(GO_BUILD) -o bin/demo ./hack/demo

.PHONY: demo
demo: demo-build ## Show the operator on a control plane of its own, or with CLUSTER=current on yours, after a question. ONCE=1 ends by itself.
	@$(if $(CLUSTER),,$(with-control-plane) &&) exec bin/demo --manager bin/manager $(if $(filter 1,$(ONCE)),--once) \
		$(if $(CLUSTER),--cluster "$(CLUSTER)" --kubectl "$(KUBECTL)" $(if $(filter 1,$(YES)),--yes))

.PHONY: demo-cluster
demo-cluster: demo-build ## Start a control plane with the operator and without samples, for the quickstart. Ctrl-C ends it.
	@$(with-control-plane) && exec bin/demo --manager bin/manager --no-samples

##@ Release

# Everything in an image or an archive has the time of the commit, so that a later build gives the same bytes.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null)
IMAGE_LAYOUT ?= bin/image
IMAGE = cd hack/image && CGO_ENABLED=0 GOWORK=off go run -mod=readonly .

.PHONY: image-layout
image-layout: ## Write the manager's image to bin/image, as an OCI layout for two platforms, and print its digest. Needs no container engine.
	@for arch in amd64 arm64; do \
		GOOS=linux GOARCH=$$arch $(GO_BUILD) -o bin/linux-$$arch/manager ./cmd/manager || exit 1; \
	done
	@rm -rf "$(IMAGE_LAYOUT)"
	@$(IMAGE) write -o "$(abspath $(IMAGE_LAYOUT))" -version "$(VERSION)" -revision "$(REVISION)" -created "$(SOURCE_DATE_EPOCH)" \
		linux/amd64="$(CURDIR)/bin/linux-amd64/manager" linux/arm64="$(CURDIR)/bin/linux-arm64/manager"

.PHONY: image-check
image-check: image-layout ## Check what is in the image of image-layout, and that a build in another folder gives the same digest.
	@VERSION="$(VERSION)" REVISION="$(REVISION)" SOURCE_DATE_EPOCH="$(SOURCE_DATE_EPOCH)" MAKE="$(MAKE)" hack/image-check.sh "$(IMAGE_LAYOUT)"

.PHONY: image-push
image-push: image-layout ## Copy the image of image-layout to a registry, as IMG.
	@$(IMAGE) push "$(abspath $(IMAGE_LAYOUT))" "$(IMG)"

.PHONY: chart-package
chart-package: ## Pack the Helm chart into bin/chart.
	@rm -rf bin/chart && assets="$$(hack/helm.sh | tail -n 1)" && "$$assets/helm4" package dist/chart --destination bin/chart

# true: release-snapshot leaves out the plugin for macOS and Windows, which takes most of the time.
ONLY_LINUX ?= false

.PHONY: release-snapshot
release-snapshot: $(GORELEASER) $(SBOM_TOOLS) chart-package image-check ## Build what a release publishes into bin/release, without signatures, and check it. Takes minutes; ONLY_LINUX=true takes less.
	@$(GORELEASER) check
	@PATH="$(LOCALBIN):$$PATH" VERSION="$(VERSION)" ONLY_LINUX="$(ONLY_LINUX)" $(GORELEASER) release --snapshot --clean --skip=sign
	@$(GO_RUN) ./hack/krew $(if $(filter true,$(ONLY_LINUX)),-only linux) bin/release
	@for arch in amd64 arm64; do cmp bin/linux-$$arch/manager bin/release/manager_linux_$${arch}_*/manager || exit 1; done
	@echo "release-snapshot: archives and image have the same manager" >&2

# The workflow release calls the targets below. They need cosign, and a login to the registry and to GitHub.

.PHONY: release-check
release-check: ## Check that the files name VERSION, and that its commit is on main.
	@hack/release-check.sh "$(VERSION)" >/dev/null

# Everything is built and checked before the first part is published. --recursive also signs the image of each platform.
.PHONY: release-image
release-image: release-check release-snapshot ## Publish and sign the image of VERSION.
	@published="$$($(IMAGE) push "$(abspath $(IMAGE_LAYOUT))" "$(RELEASED_IMAGE):$(VERSION)")" && \
	echo "$$published" && cosign sign --yes --recursive "$$published"

.PHONY: release
release: $(GORELEASER) $(SBOM_TOOLS) chart-package ## Publish everything else of VERSION as a release of GitHub.
	@hack/release-check.sh "$(VERSION)" >bin/release-notes.md
	@PATH="$(LOCALBIN):$$PATH" VERSION="$(VERSION)" ONLY_LINUX=false $(GORELEASER) release --clean --release-notes bin/release-notes.md

##@ Deployment

ifndef ignore-not-found
  ignore-not-found = false
endif

.PHONY: install
install: ## Install the CRDs into the cluster of kubectl's current context.
	$(KUBECTL) apply --server-side -k config/crd

# Maps and the policy go first, while the operator is there to remove what they have elsewhere: each waits for that. Foreground also
# waits for what they have in their own namespace.
define delete-maps
if $(KUBECTL) get customresourcedefinition stakeholdermaps.stakeholders.dev >/dev/null 2>&1; then \
	$(KUBECTL) delete stakeholdermaps --all --all-namespaces --cascade=foreground --timeout=5m || exit 1; \
fi; \
if $(KUBECTL) get customresourcedefinition stakeholderpolicies.stakeholders.dev >/dev/null 2>&1; then \
	$(KUBECTL) delete stakeholderpolicies --all --timeout=5m; \
fi
endef

.PHONY: uninstall
uninstall: ## Delete every map and the policy, then the CRDs, from the current context. ignore-not-found=true tolerates its absence.
	@$(delete-maps)
	$(KUBECTL) delete --ignore-not-found=$(ignore-not-found) -k config/crd

# The name of the released image, without its tag.
RELEASED_IMAGE = $(shell sed -n 's/^ *newName: //p' config/manager/kustomization.yaml)

# A kustomization of its own sets the image, so that deploying changes no file that git tracks.
define write-overlay
img="$(IMG)"; name="$${img%%@*}"; digest=; tag=; \
case "$$img" in *@*) digest="$${img#*@}" ;; esac; \
case "$${name##*/}" in *:*) tag="$${name##*:}"; name="$${name%:*}" ;; esac; \
mkdir -p bin/deploy && { \
	echo 'apiVersion: kustomize.config.k8s.io/v1beta1'; \
	echo 'kind: Kustomization'; \
	echo 'resources: [../../config/default]'; \
	echo 'images:'; \
	echo '- name: $(RELEASED_IMAGE)'; \
	echo "  newName: \"$$name\""; \
	if [ -z "$$tag$$digest" ]; then tag=latest; fi; \
	if [ -n "$$tag" ]; then echo "  newTag: \"$$tag\""; fi; \
	if [ -n "$$digest" ]; then echo "  digest: \"$$digest\""; fi; \
} >bin/deploy/kustomization.yaml
endef

# Without IMG the image is the released one.
.PHONY: build-installer
build-installer: ## Write dist/install.yaml, with image IMG, and the files of the Helm chart that repeat objects of config.
	@$(if $(filter file,$(origin IMG)),,$(write-overlay))
	cd hack/chart && CGO_ENABLED=0 go run . $(if $(filter file,$(origin IMG)),,-from bin/deploy)

.PHONY: deploy
deploy: ## Deploy CRD, RBAC and the manager with image IMG to the cluster of kubectl's current context.
	@$(write-overlay)
	$(KUBECTL) apply --server-side -k bin/deploy

.PHONY: undeploy
undeploy: ## Delete every map and the policy, then all that deploy created, from the current context. ignore-not-found=true tolerates absences.
	@$(delete-maps)
	@# Otherwise Kubernetes could create them again when it deletes what is aggregated into them.
	$(KUBECTL) delete --ignore-not-found=$(ignore-not-found) clusterroles stakeholders-customer stakeholders-end-user stakeholders-product-owner
	$(KUBECTL) delete --ignore-not-found -k config/default

# Tools: built again when the module that pins them changes.

$(ACTIONLINT): hack/tools/actionlint/go.mod hack/tools/actionlint/go.sum
	$(call build-tool,actionlint,github.com/rhysd/actionlint/cmd/actionlint)

$(CONTROLLER_GEN): hack/tools/controller-gen/go.mod hack/tools/controller-gen/go.sum
	$(call build-tool,controller-gen,sigs.k8s.io/controller-tools/cmd/controller-gen)

# golangci-lint with the linter for Kubernetes APIs built in.
$(GOLANGCI_LINT): hack/tools/golangci-lint/go.mod hack/tools/golangci-lint/go.sum
	$(call build-tool,golangci-lint,sigs.k8s.io/kube-api-linter/cmd/golangci-lint-kube-api-linter)

$(GOTESTSUM): hack/tools/gotestsum/go.mod hack/tools/gotestsum/go.sum
	$(call build-tool,gotestsum,gotest.tools/gotestsum)

$(HELM_UNITTEST): hack/tools/helm-unittest/go.mod hack/tools/helm-unittest/go.sum
	$(call build-tool,helm-unittest,github.com/helm-unittest/helm-unittest/cmd/helm-unittest)

$(KUBECONFORM): hack/tools/kubeconform/go.mod hack/tools/kubeconform/go.sum
	$(call build-tool,kubeconform,github.com/yannh/kubeconform/cmd/kubeconform)

$(CRD_REF_DOCS): hack/tools/crd-ref-docs/go.mod hack/tools/crd-ref-docs/go.sum
	$(call build-tool,crd-ref-docs,github.com/elastic/crd-ref-docs)

# The tools of releases are built when a release needs them: goreleaser and syft take minutes.

$(GORELEASER): hack/tools/goreleaser/go.mod hack/tools/goreleaser/go.sum
	$(call build-tool,goreleaser,github.com/goreleaser/goreleaser/v2)

$(LOCALBIN)/syft: hack/tools/syft/go.mod hack/tools/syft/go.sum
	$(call build-tool,syft,github.com/anchore/syft/cmd/syft)

$(LOCALBIN)/cyclonedx-gomod: hack/tools/cyclonedx-gomod/go.mod hack/tools/cyclonedx-gomod/go.sum
	$(call build-tool,cyclonedx-gomod,github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod)

$(KO): hack/tools/ko/go.mod hack/tools/ko/go.sum
	$(call build-tool,ko,github.com/google/ko)

# build-tool says what it does, because golangci-lint takes a minute or two the first time.
define build-tool
@echo "building $(1)" >&2
@mkdir -p "$(LOCALBIN)" && cd hack/tools/$(1) && GOWORK=off CGO_ENABLED=0 go build -mod=readonly -trimpath -o "$(LOCALBIN)/$(1)" $(2)
@touch "$(LOCALBIN)/$(1)"
endef
