#!/bin/sh
# Pins every *.in beside this file with hashes; what ships and what is tested get the same versions.
set -eu
cd "$(dirname "$0")"
pin() { ${UV:-uv} pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header "$@"; }
pin dev.in -o dev.txt
for name in local runtime authorizer agent uv browser; do pin "$name.in" -c dev.txt -o "$name.txt"; done
for name in sam audit rehearsal checkov web; do pin "$name.in" -o "$name.txt"; done
