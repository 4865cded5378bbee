"""Modules compiled for another Python are rejected before the gateway starts."""

import re
import shutil
import sysconfig
from pathlib import Path

import pytest

from local_gateway import TemplateError, running_gateway
from local_gateway.template.compiled_packages import reject_incompatible_packages
from tests.local_gateway.aws_lambda.test_missing_packages import function
from tests.local_gateway.conftest import STACKS

FOREIGN = "_core.cpython-399-sparc-linux-gnu.so"
NATIVE = f"_core{sysconfig.get_config_var('EXT_SUFFIX')}"


def layer_with(folder: Path, *names: str) -> Path:
    package = folder / "layer" / "core"
    package.mkdir(parents=True)
    for name in names:
        (package / name).touch()
    return package.parent


def test_a_module_for_another_python_is_rejected_with_its_version_and_platform(tmp_path: Path) -> None:
    layer = layer_with(tmp_path, FOREIGN)

    with pytest.raises(TemplateError, match=re.escape(str(layer / "core" / FOREIGN))) as caught:
        reject_incompatible_packages([function(tmp_path / "code", layer)])

    assert "it is built for Python 3.99 on sparc-linux-gnu, but the gateway runs under Python 3." in str(
        caught.value
    )


@pytest.mark.parametrize(
    "names", [(), (NATIVE,), (NATIVE, FOREIGN), ("_core.abi3.so",), ("_core.so",), ("core.py",)], ids=str
)
def test_a_module_that_this_interpreter_can_import_is_accepted(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    reject_incompatible_packages([function(tmp_path / "code", layer_with(tmp_path, *names))])


def test_the_gateway_does_not_start_with_a_module_for_another_python(tmp_path: Path) -> None:
    stack = tmp_path / "chat"
    shutil.copytree(STACKS / "chat", stack)
    for code in {path.parent for path in stack.rglob("*.py")}:
        (code / FOREIGN).touch()

    with (
        pytest.raises(TemplateError, match=r"built for Python 3\.99"),
        running_gateway(stack / "template.yaml"),
    ):
        pass
