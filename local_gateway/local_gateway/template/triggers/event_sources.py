"""The event sources of a template's functions: streams of its tables; every other source is named."""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_gateway.errors import UnknownName, UnresolvedValue
from local_gateway.template.functions import Function
from local_gateway.template.nested_stacks import LoadedTemplate
from local_gateway.template.properties.audit import honoured
from local_gateway.template.tables import Table
from local_gateway.template.triggers.schedules import unqualified

__all__ = ["StreamSource", "read_stream_sources"]

_log = logging.getLogger(__name__)

_KIND = "AWS::Lambda::EventSourceMapping"
_DEFAULT_BATCH = 100


@dataclass(frozen=True, slots=True)
class StreamSource:
    """A function that receives the changes of a table, in batches of at most `batch_size` records.

    `from_start` delivers the changes before the start too. `max_retries` None repeats a batch until it
    succeeds. Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """

    logical_id: str
    table_name: str
    function_arn: str
    batch_size: int = _DEFAULT_BATCH
    from_start: bool = False
    max_retries: int | None = None


def read_stream_sources(
    loaded: LoadedTemplate, functions: Collection[Function], tables: Collection[Table]
) -> Iterator[StreamSource]:
    """Read the enabled sources of one template that run here; name the others in a warning."""
    arns = {function.arn for function in functions}
    streams = {table.name for table in tables if "StreamSpecification" in table.create}
    for logical_id, resource in loaded.resources(_KIND).items():
        try:
            properties = loaded.resolver.resolve(honoured(_KIND, resource.get("Properties") or {}))
        except UnknownName:
            raise
        except UnresolvedValue as problem:
            _log.warning("the event source %s does not run here: %s", logical_id, problem)
            continue
        if str(properties.get("Enabled", True)).lower() == "false":
            continue
        source = _stream_source(logical_id, properties, loaded)
        if source.table_name not in streams:
            _log.warning(
                "the event source %s does not run here, and its function is not invoked: %s",
                logical_id,
                properties.get("EventSourceArn", "it has no EventSourceArn"),
            )
        elif unqualified(source.function_arn) in arns:
            yield source


def _stream_source(logical_id: str, properties: Mapping[str, Any], loaded: LoadedTemplate) -> StreamSource:
    """Return the source; its table's name is empty if it is not a table's stream."""
    service, _, resource = str(properties.get("EventSourceArn")).removeprefix("arn:aws:").partition(":")
    is_stream = service == "dynamodb" and "/stream/" in resource
    retries = int(properties.get("MaximumRetryAttempts", -1))
    return StreamSource(
        logical_id=loaded.names.path + logical_id,
        table_name=resource.split("/")[1] if is_stream else "",
        function_arn=loaded.names.function_arn(str(properties.get("FunctionName"))),
        batch_size=int(properties.get("BatchSize", _DEFAULT_BATCH)),
        from_start=properties.get("StartingPosition") == "TRIM_HORIZON",
        max_retries=None if retries < 0 else retries,
    )
