# Shared by the layers' Makefiles. `sam build` runs each with the layer's folder copied elsewhere as its working
# directory, ARTIFACTS_DIR set, and `--makefile` naming the original: so everything is found from this file.
BUILD := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))build-layer.sh

.PHONY: packages source
packages:
	@exec $(BUILD) packages requirements.txt "$(ARTIFACTS_DIR)"

source:
	@exec $(BUILD) source $(PACKAGE) "$(ARTIFACTS_DIR)"
