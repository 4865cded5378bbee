"""The hints for packages that a function fails to import."""

import platform
import sys
from pathlib import Path

from local_gateway.aws_lambda.execution.missing_packages import missing_package_hint
from local_gateway.template.functions import Function


def function(code: Path, *layers: Path) -> Function:
    return Function(
        "Fn", "fn", "arn:aws:lambda:us-east-1:123456789012:function:fn", "app.go", code, layers=layers
    )


def test_the_hint_for_a_missing_package_names_the_requirements_files(
    tmp_path: Path,
) -> None:
    code, layer = tmp_path / "code", tmp_path / "layer" / "python"
    code.mkdir()
    layer.mkdir(parents=True)
    (code / "requirements.txt").touch()
    (layer.parent / "requirements.txt").touch()

    hint = missing_package_hint("Unable to import module 'app': No module named 'jwt'", function(code, layer))

    assert hint == (
        f"from source, third-party packages come from {sys.executable}, which has no 'jwt': install what "
        f"{code / 'requirements.txt'}, {layer.parent / 'requirements.txt'} names there, "
        "or run what `sam build` made with --built"
    )


def test_the_hint_for_a_package_of_another_platform_says_so(tmp_path: Path) -> None:
    (tmp_path / "pydantic_core").mkdir()

    hint = missing_package_hint("No module named 'pydantic_core._pydantic_core'", function(tmp_path))

    assert hint == (
        f"'pydantic_core' is there, but not for Python {platform.python_version()} on {platform.machine()}: "
        "run the gateway with python3.13, and build for this machine's processor"
    )


def test_other_errors_have_no_hint(tmp_path: Path) -> None:
    assert missing_package_hint("division by zero", function(tmp_path)) is None
