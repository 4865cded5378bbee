"""The Lambda functions of a template: their code, environment, limits and asynchronous settings."""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_gateway.errors import UnknownName, UnresolvedValue
from local_gateway.template.code_folders import code_folder
from local_gateway.template.expansion.stored_values import replace_dynamic_references
from local_gateway.template.intrinsics import NO_VALUE, Resolver
from local_gateway.template.nested_stacks import LoadedTemplate
from local_gateway.template.properties.audit import honoured

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


def read_functions(
    loaded: LoadedTemplate, stored: Mapping[str, str], given: Collection[str]
) -> dict[str, Function]:
    """Read every Python function of one template, by its path: its logical id, for a nested stack `Chat/Fn`.

    A function that cannot run here (another runtime, an image, code in S3) is left out with a warning: its
    invocations fail. `stored` are values of Parameter Store, `given` names of variables that the gateway's
    user sets.

    Raises:
        TemplateError: a function's code is a local path that does not exist.

    """
    layers = _layer_folders(loaded)
    settings = _async_settings(loaded)
    functions: dict[str, Function] = {}
    for logical_id, resource in loaded.resources("AWS::Lambda::Function").items():
        path = loaded.names.path + logical_id
        properties = _properties(resource, loaded.resolver)
        code = _runnable_code(path, properties, resource, loaded)
        if code is None:
            continue
        name = loaded.names.name(logical_id, "AWS::Lambda::Function", properties)
        variables = ((resource.get("Properties") or {}).get("Environment") or {}).get("Variables") or {}
        functions[path] = Function(
            logical_id=path,
            name=name,
            arn=loaded.names.function_arn(name),
            handler=properties["Handler"],
            code=code[0],
            inline=code[1],
            layers=tuple(_layers_of(path, properties.get("Layers", []), layers)),
            environment={
                **_log_environment(properties.get("LoggingConfig") or {}),
                **_environment(path, variables, loaded.resolver, stored, given),
            },
            timeout_s=float(properties.get("Timeout", _DEFAULT_TIMEOUT_S)),
            memory_mb=int(properties.get("MemorySize", _DEFAULT_MEMORY_MB)),
            runtime=str(properties["Runtime"]),
            max_concurrency=_optional_int(properties.get("ReservedConcurrentExecutions")),
            asynchronous=settings.get(name, AsyncSettings()),
        )
    return functions


def _properties(resource: Mapping[str, Any], resolver: Resolver) -> dict[str, Any]:
    """Evaluate a function's properties, except for its variables, which are read one by one."""
    used = honoured("AWS::Lambda::Function", resource.get("Properties") or {})
    used.pop("Environment", None)
    if isinstance(used.get("Layers"), list):
        used["Layers"] = [layer for layer in used["Layers"] if _resolvable(layer, resolver)]
    resolved: dict[str, Any] = resolver.resolve(used)
    return resolved


def _resolvable(value: Any, resolver: Resolver) -> bool:
    try:
        resolver.resolve(value)
    except UnknownName:
        raise
    except UnresolvedValue as problem:
        _log.warning("a layer is left out: %s", problem)
        return False
    return True


def _runnable_code(
    path: str, properties: Mapping[str, Any], resource: Mapping[str, Any], loaded: LoadedTemplate
) -> tuple[Path, str | None] | None:
    """Return a function's folder and its inline text; None for a function that cannot run here."""
    runtime, code = str(properties.get("Runtime", "")), properties.get("Code")
    folder = None
    if properties.get("PackageType") == "Image":
        why = "its image is not run"
    elif not runtime.startswith("python"):
        why = f"its runtime {runtime or '(none)'} is not Python"
    elif isinstance(code, dict) and "ZipFile" in code:
        return loaded.template.path.parent, str(code["ZipFile"])
    else:
        folder = code_folder(path, code, resource, loaded.template)
        why = f"its code is not on this machine: {code}"
    if folder is None:
        _log.warning("%s is left out, and its invocations fail: %s", path, why)
        return None
    return folder, None


def _environment(
    path: str,
    variables: Mapping[str, Any],
    resolver: Resolver,
    stored: Mapping[str, str],
    given: Collection[str],
) -> dict[str, str]:
    """Evaluate a function's variables; one whose value only AWS has is left out, unless it is given."""
    environment: dict[str, str] = {}
    for name, value in variables.items():
        if name in given:
            continue
        try:
            resolved = resolver.resolve(value)
        except UnknownName:
            raise
        except UnresolvedValue as problem:
            _log.warning("%s has no variable %s: %s", path, name, problem)
            continue
        if resolved is not NO_VALUE:
            text = str(resolved).lower() if isinstance(resolved, bool) else str(resolved)
            environment[name] = replace_dynamic_references(f"variable {name} of {path}", text, stored)
    return environment


def _log_environment(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables that set the format and level of a runtime's logs."""
    if config.get("LogFormat") != "JSON":
        return {}
    level = str(config.get("ApplicationLogLevel", "INFO"))
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": level}


def _layer_folders(loaded: LoadedTemplate) -> dict[str, Path]:
    """Map the ARN of each layer whose content is on this machine to its folder."""
    folders: dict[str, Path] = {}
    kind = "AWS::Lambda::LayerVersion"
    for logical_id, properties in loaded.properties(kind).items():
        resource = loaded.resources(kind)[logical_id]
        folder = code_folder(logical_id, properties.get("Content"), resource, loaded.template)
        if folder is not None:
            folders[loaded.names.arn(logical_id, kind, properties)] = folder
    return folders


def _layers_of(logical_id: str, arns: list[str], folders: Mapping[str, Path]) -> Iterator[Path]:
    for arn in arns:
        folder = folders.get(arn)
        if folder is None:
            _log.warning(
                "%s runs without the layer %s, which is not here: install its packages beside the gateway",
                logical_id,
                arn,
            )
            continue
        if (folder / "python").is_dir():
            yield folder / "python"
            yield from sorted((folder / "python" / "lib").glob("python3.*/site-packages"))
        else:
            yield folder


def _async_settings(loaded: LoadedTemplate) -> dict[str, AsyncSettings]:
    """Read the asynchronous settings by function name."""
    settings: dict[str, AsyncSettings] = {}
    for properties in loaded.properties("AWS::Lambda::EventInvokeConfig").values():
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
