#!/bin/sh
# Builds one Lambda layer into <artifacts>/python.
#   build-layer.sh source <package folder> <artifacts>        a package of this repository
#   build-layer.sh packages <requirements file> <artifacts>   third-party packages, for Lambda's Python and processor
# Every function has the layer "dependencies", so the other layers omit its packages.
# Environment variables: ARCHITECTURE (arm64, x86_64; default: sam's parameter, else arm64), UV;
# PYTHON_VERSION (default 3.13, Lambda's), PYTHON_OF_VERSION (an interpreter of that version, for bytecode).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kind=$1 source=$2 artifacts=$3
python_dir=$artifacts/python
version=${PYTHON_VERSION:-3.13}

# sam does not pass its parameters to a makefile, so this reads its command line: make is the parent process (layer.mk
# uses exec), sam is make's parent.
requested_architecture() {
    make_id=$PPID
    sam_id=$(ps -o ppid= -p "$make_id" 2>/dev/null | tr -d ' ') || return 0
    ps -o args= -p "${sam_id:-0}" 2>/dev/null |
        sed -n -E 's/.*(ParameterKey=)?Architecture(,ParameterValue)?=(arm64|x86_64).*/\3/p'
}

choose_platform() {
    requested=$(requested_architecture)
    architecture=${ARCHITECTURE:-${requested:-arm64}}
    if [ -n "$requested" ] && [ "$requested" != "$architecture" ]; then
        echo "sam builds for $requested, but ARCHITECTURE is $architecture" >&2
        exit 1
    fi
    case $architecture in
        arm64) platform=aarch64-manylinux2014 ;;
        x86_64) platform=x86_64-manylinux2014 ;;
        *) echo "ARCHITECTURE must be arm64 or x86_64, not $architecture" >&2; exit 1 ;;
    esac
}

find_uv() {
    for uv in "${UV:-}" "$here/../.venv/bin/uv" uv; do
        command -v "$uv" >/dev/null 2>&1 && return
    done
    echo "uv is not installed: 'make build' installs it, and builds" >&2
    exit 1
}

find_python() {
    for python in "${PYTHON_OF_VERSION:-}" "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" >/dev/null 2>&1 && return
    done
    return 1
}

# Prints the blocks (a pin and its hashes) of file $2 whose packages are not pinned in file $1.
missing_pins() {
    awk 'FNR == 1 { file++ }
         /^[a-z0-9]/ { split($1, pin, "=="); wanted = file == 2 && !(pin[1] in known); if (file == 1) known[pin[1]] }
         wanted' "$1" "$2"
}

install_packages() {
    find_uv
    choose_platform
    pins=$source
    if ! cmp -s "$here/dependencies/requirements.txt" "$source"; then
        missing_pins "$here/dependencies/requirements.txt" "$source" >pins.txt
        pins=pins.txt
    fi
    # The pins are complete, so dependencies need no resolution.
    "$uv" pip install --quiet --require-hashes --no-deps --only-binary :all: --link-mode copy \
        --python-version "$version" --python-platform "$platform" --target "$python_dir" -r "$pins"
}

# Removes files that the functions do not read: two thirds of the SDK are descriptions of services that are not called.
trim() {
    find "$python_dir" -type d \( -name __pycache__ -o -name tests -o -name test \) -prune -exec rm -rf {} +
    find "$python_dir" -path '*.dist-info/*' \( -name RECORD -o -name INSTALLER -o -name REQUESTED \) -exec rm -f {} +
    find "$python_dir" -name '*.pyi' -exec rm -f {} +
    rm -rf "$python_dir/bin" "$python_dir/.lock" "$python_dir"/boto3/data "$python_dir"/boto3/examples
    services=" apigatewaymanagementapi bedrock-runtime dynamodb lambda secretsmanager ssm sts "
    for folder in "$python_dir"/botocore/data/*/; do
        case $services in *" $(basename "$folder") "*) ;; *) rm -rf "$folder" ;; esac
    done
    find "$python_dir/botocore/data" -name 'examples-*' -exec rm -f {} + 2>/dev/null || true
}

# /opt is read-only in Lambda, so without bytecode every cold start would compile its imports. The bytecode is unchecked,
# because packaging changes the files' times, and of Lambda's Python version, because other versions' bytecode is ignored.
compile_bytecode() {
    if find_python; then
        "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$artifacts" -p /opt "$python_dir"
    else
        # On stdout, because sam shows no other output of a successful build.
        echo "$(basename "$artifacts"): no Python $version found (PYTHON_OF_VERSION=...), so no bytecode:" \
            "each cold start will take about 0.3 s longer"
    fi
}

mkdir -p "$python_dir"
if [ "$kind" = packages ]; then
    install_packages
else
    cp -R "$source" "$python_dir/"
fi
trim
compile_bytecode
