"""The Lambda functions of a template: their code, environment, limits and asynchronous settings."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_gateway.errors import TemplateError
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.sam_translation import CODE_BUCKET, Template

__all__ = ["AsyncSettings", "Function", "read_functions"]

_log = logging.getLogger(__name__)

_DEFAULT_TIMEOUT_S = 3
_DEFAULT_MEMORY_MB = 128
_DEFAULT_RETRIES = 2
_DEFAULT_MAX_AGE_S = 21_600


@dataclass(frozen=True, slots=True)
class AsyncSettings:
    """The retries and destinations of asynchronous invocations.

    Defaults: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    Destinations are ARNs; None discards the record.
    """

    max_retries: int = _DEFAULT_RETRIES
    max_age_s: float = _DEFAULT_MAX_AGE_S
    on_failure: str | None = None
    on_success: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One function with its resolved properties.

    `code` is the content of /var/task on Lambda; `inline` is the text of `index.py` instead. `layers` are
    the folders on PYTHONPATH, in order. `max_concurrency` is the reserved concurrency; None if unset.
    """

    logical_id: str
    name: str
    arn: str
    handler: str
    code: Path
    inline: str | None = None
    layers: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = _DEFAULT_TIMEOUT_S
    memory_mb: int = _DEFAULT_MEMORY_MB
    runtime: str = "python3.13"
    max_concurrency: int | None = None
    asynchronous: AsyncSettings = AsyncSettings()


def read_functions(template: Template, resolver: Resolver, names: PhysicalNames) -> dict[str, Function]:
    """Read every Python function of the template, by logical id.

    Functions of other runtimes are skipped with a warning; their invocations fail.

    Raises:
        TemplateError: a function's code is not a folder on this machine.

    """
    layers = _layer_folders(template, resolver, names)
    settings = _async_settings(resolver)
    functions: dict[str, Function] = {}
    for logical_id, resource in resolver.resources("AWS::Lambda::Function").items():
        properties = resolver.resolve(resource.get("Properties") or {})
        runtime = str(properties.get("Runtime", ""))
        if not runtime.startswith("python"):
            _log.warning("%s is skipped: runtime %r is not Python", logical_id, runtime or "(image)")
            continue
        name = names.name(logical_id, "AWS::Lambda::Function", properties)
        code, inline = _code(logical_id, properties.get("Code"), resource, template)
        functions[logical_id] = Function(
            logical_id=logical_id,
            name=name,
            arn=names.function_arn(name),
            handler=properties["Handler"],
            code=code,
            inline=inline,
            layers=tuple(_layers_of(logical_id, properties.get("Layers", []), layers)),
            environment=_environment(properties),
            timeout_s=float(properties.get("Timeout", _DEFAULT_TIMEOUT_S)),
            memory_mb=int(properties.get("MemorySize", _DEFAULT_MEMORY_MB)),
            runtime=runtime,
            max_concurrency=_optional_int(properties.get("ReservedConcurrentExecutions")),
            asynchronous=settings.get(name, AsyncSettings()),
        )
    return functions


def _code(
    logical_id: str, code: Any, resource: Mapping[str, Any], template: Template
) -> tuple[Path, str | None]:
    """Return the folder of a function's or layer's code, or its inline text."""
    asset = (resource.get("Metadata") or {}).get("aws:asset:path")
    if isinstance(code, dict) and "ZipFile" in code:
        return template.path.parent, str(code["ZipFile"])
    if isinstance(code, dict) and code.get("S3Bucket") == CODE_BUCKET:
        folder = template.code[code["S3Key"]]
    elif asset or isinstance(code, str):
        folder = (template.path.parent / str(asset or code)).resolve()
    else:
        raise TemplateError(logical_id, f"its code is not on this machine: {code}")
    if not folder.is_dir():
        raise TemplateError(logical_id, f"its code {folder} is not a folder")
    return folder, None


def _environment(properties: Mapping[str, Any]) -> dict[str, str]:
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in variables.items()
    }


def _layer_folders(template: Template, resolver: Resolver, names: PhysicalNames) -> dict[str, Path]:
    """Map each layer's ARN to its folder."""
    folders: dict[str, Path] = {}
    for logical_id, resource in resolver.resources("AWS::Lambda::LayerVersion").items():
        properties = resource.get("Properties") or {}
        given = {key: resolver.resolve(properties[key]) for key in {"LayerName"} & properties.keys()}
        arn = names.arn(logical_id, "AWS::Lambda::LayerVersion", given)
        content = resolver.resolve(properties.get("Content"))
        folders[arn], _ = _code(logical_id, content, resource, template)
    return folders


def _layers_of(logical_id: str, arns: list[str], folders: Mapping[str, Path]) -> Iterator[Path]:
    for arn in arns:
        folder = folders.get(arn)
        if folder is None:
            # A published layer, e.g. Powertools: its packages come from this interpreter instead.
            _log.warning("%s: layer %s is not part of the template and is skipped", logical_id, arn)
            continue
        if (folder / "python").is_dir():
            yield folder / "python"
            yield from sorted((folder / "python" / "lib").glob("python3.*/site-packages"))
        else:
            yield folder


def _async_settings(resolver: Resolver) -> dict[str, AsyncSettings]:
    """Read the asynchronous settings by function name."""
    settings: dict[str, AsyncSettings] = {}
    for resource in resolver.resources("AWS::Lambda::EventInvokeConfig").values():
        properties = resolver.resolve(resource["Properties"])
        destinations = properties.get("DestinationConfig") or {}
        settings[properties["FunctionName"].split(":")[-1]] = AsyncSettings(
            max_retries=int(properties.get("MaximumRetryAttempts", _DEFAULT_RETRIES)),
            max_age_s=float(properties.get("MaximumEventAgeInSeconds", _DEFAULT_MAX_AGE_S)),
            on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
            on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
        )
    return settings


def _optional_int(value: Any) -> int | None:
    return None if value is None else int(value)
