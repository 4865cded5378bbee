#!/bin/sh
# Prints an interpreter of a Python version: `find_python.sh 3.13`. It may be on the PATH, or installed by pyenv or uv.
version=$1
for python in "python$version" \
    "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python \
    "${UV_PYTHON_INSTALL_DIR:-$HOME/.local/share/uv/python}/cpython-$version".*/bin/python; do
    "$python" -c "import sys
if '%d.%d' % sys.version_info[:2] != '$version': sys.exit(1)
print(sys.executable)" 2>/dev/null && exit
done
echo "No Python $version found on the PATH, in pyenv or in uv." >&2
exit 1
