"""Reads a template file and turns it into plain CloudFormation, without any call to AWS."""

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local_gateway.errors import TemplateError

__all__ = ["CODE_BUCKET", "Template", "read_body", "translated"]

CODE_BUCKET = "local-code"
"""Bucket of the made-up S3 addresses that stand for local folders while SAM translates."""

_ENVIRONMENT = threading.Lock()

_LOCAL_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@dataclass(frozen=True, slots=True)
class Template:
    """A template after SAM's translation.

    `code` maps the key of each made-up S3 address to the local folder that it stands for.
    """

    path: Path
    body: Mapping[str, Any]
    code: Mapping[str, Path]


def read_body(path: Path) -> dict[str, Any]:
    """Read a template as it stands.

    Raises:
        TemplateError: the file is no template.

    """
    try:
        body = yaml.load(path.read_text(encoding="utf-8"), Loader=_CloudFormationLoader)  # noqa: S506 - a SafeLoader
    except (OSError, yaml.YAMLError) as problem:
        why = " ".join(str(problem).split())  # PyYAML draws a picture of several lines
        raise TemplateError(str(path), f"can't be read as a template: {why}") from problem
    if not isinstance(body, dict) or not isinstance(body.get("Resources"), dict):
        raise TemplateError(str(path), "'Resources' section is required")
    return body


def translated(path: Path, body: dict[str, Any], parameters: Mapping[str, str], region: str) -> Template:
    """Translate a template where it asks for SAM's transform.

    Raises:
        TemplateError: SAM's translator refuses it.

    """
    transforms = body.get("Transform", [])
    if "AWS::Serverless-2016-10-31" not in ([transforms] if isinstance(transforms, str) else transforms):
        return Template(path, body, {})
    code = _put_s3_addresses_for_local_code(body, path.parent)
    return Template(path, _translate(body, parameters, region, path), code)


class _CloudFormationLoader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: short forms of intrinsics, and dates that stay strings."""

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


def _put_s3_addresses_for_local_code(body: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Do as `sam package` does: SAM's translator takes S3 addresses only."""
    shared = (body.get("Globals") or {}).get("Function", {})
    shared_code = shared.pop("CodeUri", None)
    code: dict[str, Path] = {}
    for logical_id, resource in body["Resources"].items():
        key = _LOCAL_CODE.get(resource.get("Type", ""))
        if key is None:
            continue
        properties = resource.setdefault("Properties", {})
        uri = properties.get(key, shared_code if key == "CodeUri" else None)
        asset = (resource.get("Metadata") or {}).get("aws:asset:path")
        if "InlineCode" in properties or not isinstance(asset or uri, str) or str(uri).startswith("s3://"):
            continue
        code[logical_id] = (folder / (asset or uri)).resolve()
        properties[key] = f"s3://{CODE_BUCKET}/{logical_id}"
    return code


def _translate(
    body: dict[str, Any], parameters: Mapping[str, str], region: str, path: Path
) -> Mapping[str, Any]:
    # Imported here: it brings boto3 along, and plain CloudFormation needs none of it.
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.translator.transform import transform  # noqa: PLC0415

    class NoManagedPolicies:
        """Leave names of managed policies as they are: nothing here checks permissions."""

        def load(self) -> dict[str, str]:
            return {}

    try:
        with _region(region):
            translated: Mapping[str, Any] = transform(body, dict(parameters), NoManagedPolicies())
    except InvalidDocumentException as problem:
        causes = "; ".join(str(cause.message) for cause in problem.causes)
        raise TemplateError(str(path), f"SAM's translator refuses it: {causes}") from problem
    return translated


@contextlib.contextmanager
def _region(region: str) -> Iterator[None]:
    """SAM's translator asks boto3 for a region, which reads it from here: one translation at a time."""
    with _ENVIRONMENT:
        before = os.environ.get("AWS_DEFAULT_REGION")
        os.environ["AWS_DEFAULT_REGION"] = region
        try:
            yield
        finally:
            if before is None:
                del os.environ["AWS_DEFAULT_REGION"]
            else:
                os.environ["AWS_DEFAULT_REGION"] = before
