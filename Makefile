# Everything a person does here. Needs Go, git and make; `make` lists the targets.

GO      ?= go
NAME    ?= modcap
CLUSTER := $(GO) run -C hack/cluster .
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -buildid=

# Packages whose tests are run one after the other, after the others: they need the machine for themselves.
E2E   := ./test/e2e/...
UNIT   = $$($(GO) list ./... | grep -v /test/e2e)
BENCH ?= .

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets.
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Try it

.PHONY: demo
demo: ## Run the operator against a local cluster and generated traffic. SUMMARY=file.json keeps the summary, TRACES=dir replays traces, KEEP=1 leaves it running until Ctrl-C.
	@echo "== compiling the demo; the first time some minutes pass before the next line"
	@$(GO) run ./hack/demo $(if $(SUMMARY),--summary "$(abspath $(SUMMARY))") $(if $(TRACES),--traces "$(abspath $(TRACES))") $(if $(KEEP),--keep)

.PHONY: lab
lab: ## Score the engine and its peers on a folder of traces, and write docs/lab.md and docs/lab-people.md. TRACES=dir SEEDS=1,2 SCENARIO=live ENGINE_ONLY=1 CALIBRATION=1 OTHER_DAYS=4 MIXES=1 FAMILY=1 PEOPLE=1 POLICY=1 LEAVE_ONE_OUT=1 JSON=file
	@$(GO) run ./hack/lab --traces "$(if $(TRACES),$(abspath $(TRACES)))" --seeds "$(SEEDS)" --scenario "$(SCENARIO)" \
	  $(if $(ENGINE_ONLY),--engine-only) $(if $(CALIBRATION),--calibration) $(if $(OTHER_DAYS),--other-days $(OTHER_DAYS)) $(if $(MIXES),--mixes) $(if $(FAMILY),--family) $(if $(PEOPLE),--people) $(if $(POLICY),--policy) \
	  $(if $(LEAVE_ONE_OUT),--leave-one-out) $(if $(JSON),--json "$(abspath $(JSON))")

.PHONY: cluster-up
cluster-up: ## Build (the first time) and start a local cluster. NAME=modcap
	@$(CLUSTER) up --name "$(NAME)"

.PHONY: cluster-down
cluster-down: ## Stop what cluster-up started. NAME=modcap
	@$(CLUSTER) down --name "$(NAME)"

##@ Check it

.PHONY: test
test: test-unit test-e2e ## Run every test: unit, API server, end to end.

.PHONY: test-unit
test-unit: ## Run the tests that need no cluster; those of the API need etcd and kube-apiserver, which are built the first time.
	@echo "== building etcd, kube-apiserver and kubectl unless they are there"
	@assets="$$($(CLUSTER) build --only etcd,kube-apiserver,kubectl)" && \
	echo "== testing the module; the first time it compiles for some minutes before the first line" && \
	KUBEBUILDER_ASSETS="$$assets" $(GO) test -p 2 -timeout 20m $(UNIT)
	@echo "== testing the tools' modules"
	@$(GO) test -C hack/cluster -p 2 ./...
	@$(GO) test -C hack/image -p 2 ./...

.PHONY: test-e2e
test-e2e: ## Run the end-to-end test on a local cluster.
	@echo "== building the local cluster unless it is there"
	@$(CLUSTER) build > /dev/null
	@echo "== end to end"
	@$(GO) test -p 1 -count 1 -timeout 45m -v $(E2E)

.PHONY: verify
verify: ## Regenerate, lint, check manifests, alerts, CEL cost and object size, and require a clean tree. ALLOW_DIRTY=1 leaves out the last.
	@$(GO) run ./hack/verify

.PHONY: lint
lint: ## Lint all packages, or PKG=./internal/observe/...
	@"$$($(CLUSTER) path golangci-lint)" run $(or $(PKG),./...)

.PHONY: bench
bench: ## Measure decisions, routing, compilation and API writes. BENCH=regexp
	@assets="$$($(CLUSTER) build --only etcd,kube-apiserver,kubectl)" && \
	KUBEBUILDER_ASSETS="$$assets" $(GO) test -p 1 -run '^$$' -bench '$(BENCH)' -benchmem -timeout 60m \
	$$(git ls-files -co --exclude-standard '*_test.go' | grep -v '^hack/\(cluster\|image\)/' | xargs grep -l '^func Benchmark' | xargs -n1 dirname | sort -u | sed 's|^|./|')

##@ Make it

.PHONY: generate
generate: ## Make deep copies, CRDs, the manager's role and the reference documentation from the code.
	@gen="$$($(CLUSTER) path controller-gen)" && \
	"$$gen" object crd paths=./api/v1alpha1 output:crd:dir=config/crd/bases && \
	"$$gen" rbac:roleName=modcap-manager paths=./controllers/... paths=./internal/... output:rbac:dir=config/rbac
	@"$$($(CLUSTER) path crd-ref-docs)" --log-level=ERROR --config hack/docs/crd-ref-docs.yaml --renderer markdown \
	  --source-path api/v1alpha1 --output-path docs/reference/api.md
	@$(GO) run ./hack/docs

.PHONY: build
build: ## Build the operator into bin/.
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

.PHONY: image
image: ## Build dist/modcap-image.tar, a container image, without a container engine. IMAGE=name:tag ARCH=amd64
	@$(GO) run -C hack/image . --source "$(CURDIR)" --out "$(CURDIR)/dist/modcap-image.tar" \
	  --name "$(or $(IMAGE),modcap:$(VERSION))" --arch "$(or $(ARCH),$(shell $(GO) env GOARCH))"

.PHONY: manifests
manifests: ## Render the manifests of config/default into dist/install.yaml.
	@mkdir -p dist
	@"$$($(CLUSTER) path kustomize)" build config/default > dist/install.yaml && echo dist/install.yaml
