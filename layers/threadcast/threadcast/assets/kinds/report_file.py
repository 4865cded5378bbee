"""Reports: Markdown that shows metrics by `<metric metricId="…"/>`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from threadcast.assets.kinds.asset_kind import AssetKind
from threadcast.assets.kinds.definition_checks import Flaw, is_uuid, mapping, name, plain_text, text, uuid
from threadcast.assets.kinds.introductions import heading
from threadcast.assets.kinds.metric_listing import parts_list, what_to_ask
from threadcast.domain.asset import AssetContext, AssetType

__all__ = ["REPORT_FILE"]

_TAG = re.compile(r"<metric\b[^>]*>")
_REFERENCE = re.compile(r"<metric\b[^>]*?\bmetricId\s*=\s*[\"']([^\"']*)[\"'][^>]*>")

_definition = mapping({"name": name, "content": text}, {"id": uuid, "type": text, "description": plain_text})


def _flaws(definition: Mapping[str, Any]) -> Iterator[Flaw]:
    yield from _definition(definition, ())
    content = definition.get("content")
    for tag in _TAG.findall(content) if isinstance(content, str) else ():
        reference = _REFERENCE.fullmatch(tag)
        if reference is None:
            yield Flaw(("content",), f"the content shows a metric without naming it by metricId: {tag}")
        elif not is_uuid(reference[1]):
            yield Flaw(("content",), f"the content refers to the metric {reference[1]!r}, which is no UUID")


def _part_ids(definition: Mapping[str, Any]) -> tuple[str, ...]:
    references = _REFERENCE.findall(str(definition.get("content", "")))
    return tuple(dict.fromkeys(reference.lower() for reference in references))


def _introduction(context: AssetContext) -> str:
    content = " ".join(_REFERENCE.sub(" ", str(context.asset.definition.get("content", ""))).split())
    length = f"It is a report of about {len(content.split())} words."
    parts = (heading(context.asset), f"{length} {parts_list(context, 'report')}", what_to_ask(context))
    return "\n\n".join(parts)


REPORT_FILE = AssetKind(
    type=AssetType.REPORT_FILE,
    file_type="report",
    legacy_names=(),
    flaws=_flaws,
    part_ids=_part_ids,
    introduction=_introduction,
)
