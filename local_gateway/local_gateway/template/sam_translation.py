"""Reads a template file and applies SAM's transform, without calls to AWS."""

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local_gateway.errors import TemplateError

try:
    from yaml import CSafeLoader as SafeLoader  # ten times as fast
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

__all__ = ["CODE_BUCKET", "Template", "read_part", "read_template", "translate_template"]

CODE_BUCKET = "local-code"
"""Bucket of the placeholder S3 URIs that represent local folders during SAM's transform."""

_DEFAULT_CODE = "."
"""The folder of a function without CodeUri, as for `sam build`."""
_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/local:latest"
"""The image of a function whose image `sam build` has not made: SAM's translator requires one."""

_ENVIRONMENT_LOCK = threading.Lock()

_LOCAL_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@dataclass(frozen=True, slots=True)
class Template:
    """A template after SAM's transform.

    `code` maps the key of each placeholder S3 URI to its local folder.
    """

    path: Path
    body: Mapping[str, Any]
    code: Mapping[str, Path]


def read_template(path: Path) -> dict[str, Any]:
    """Read a template file, without SAM's transform.

    Raises:
        TemplateError: the file is not a template.

    """
    body = read_part(path)
    if not isinstance(body, dict) or not isinstance(body.get("Resources"), dict):
        raise TemplateError(str(path), "'Resources' section is required")
    return body


def read_part(path: Path) -> Any:
    """Read a file that is a part of a template, such as that of an include.

    Raises:
        TemplateError: the file is neither YAML nor JSON.

    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_CloudFormationLoader)  # noqa: S506 - a SafeLoader
    except (OSError, yaml.YAMLError) as problem:
        why = " ".join(str(problem).split())  # PyYAML's message has several lines
        raise TemplateError(str(path), f"cannot be read as a template: {why}") from problem


def translate_template(
    path: Path, body: dict[str, Any], parameters: Mapping[str, str], region: str
) -> Template:
    """Apply SAM's transform to a template that declares it.

    Raises:
        TemplateError: SAM's translator rejects the template.

    """
    transforms = body.get("Transform", [])
    if "AWS::Serverless-2016-10-31" not in ([transforms] if isinstance(transforms, str) else transforms):
        return Template(path, body, {})
    code = _replace_local_code(body, path.parent)
    return Template(path, _translate(body, parameters, region, path), code)


class _CloudFormationLoader(SafeLoader):
    """Loads YAML as CloudFormation does: with short forms of intrinsic functions, and dates as strings."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the base class declares it so
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_CloudFormationLoader.add_multi_constructor("!", _intrinsic)


def _replace_local_code(body: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Replace local folders by S3 URIs, as `sam package` does: SAM's translator accepts only those."""
    shared = (body.get("Globals") or {}).get("Function", {})
    shared_code = shared.pop("CodeUri", None)
    code: dict[str, Path] = {}
    for logical_id, resource in body["Resources"].items():
        key = _LOCAL_CODE.get(resource.get("Type", ""))
        if key is None:
            continue
        properties = resource.setdefault("Properties", {})
        if {**shared, **properties}.get("PackageType") == "Image":
            properties.setdefault("ImageUri", _IMAGE)
            continue
        uri = properties.get(key, (shared_code or _DEFAULT_CODE) if key == "CodeUri" else None)
        asset = (resource.get("Metadata") or {}).get("aws:asset:path")
        if "InlineCode" in properties or not isinstance(asset or uri, str) or str(uri).startswith("s3://"):
            continue
        code[logical_id] = (folder / (asset or uri)).resolve()
        properties[key] = f"s3://{CODE_BUCKET}/{logical_id}"
    return code


def _translate(
    body: dict[str, Any], parameters: Mapping[str, str], region: str, path: Path
) -> Mapping[str, Any]:
    # Imported here: it imports boto3, which plain CloudFormation does not need.
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.translator.transform import transform  # noqa: PLC0415

    class NoManagedPolicies:
        """Keeps the names of managed policies: the gateway does not check permissions."""

        def load(self) -> dict[str, str]:
            return {}

    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of its own metrics and features
    try:
        with _region(region):
            translated: Mapping[str, Any] = transform(body, dict(parameters), NoManagedPolicies())
    except InvalidDocumentException as problem:
        causes = "; ".join(str(cause.message) for cause in problem.causes)
        raise TemplateError(str(path), f"SAM's translator rejects it: {causes}") from problem
    return translated


@contextlib.contextmanager
def _region(region: str) -> Iterator[None]:
    """Set the region that SAM's translator reads through boto3; one translation at a time."""
    with _ENVIRONMENT_LOCK:
        before = os.environ.get("AWS_DEFAULT_REGION")
        os.environ["AWS_DEFAULT_REGION"] = region
        try:
            yield
        finally:
            if before is None:
                del os.environ["AWS_DEFAULT_REGION"]
            else:
                os.environ["AWS_DEFAULT_REGION"] = before
