# Shared by the layers' Makefiles. `sam build` runs each in a copy of the layer's folder, with ARTIFACTS_DIR set and
# `--makefile` naming the original, so this file locates the script by its own path.
BUILD := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))build-layer.sh

.PHONY: packages source
packages:
	@exec $(BUILD) packages requirements.txt "$(ARTIFACTS_DIR)"

source:
	@exec $(BUILD) source $(PACKAGE) "$(ARTIFACTS_DIR)"
