"""Reports: markdown that shows metrics by `<metric metricId="…"/>`."""

import re
from collections.abc import Mapping
from typing import Any

from threadcast.asset_types.checks import is_uuid, require_text
from threadcast.asset_types.introductions import heading, suggested
from threadcast.asset_types.kind import AssetKind
from threadcast.asset_types.parts import parts_list, questions_about_parts
from threadcast.domain.asset import AssetContext, AssetType
from threadcast.errors import DefinitionFault

__all__ = ["REPORT_FILE"]

_REFERENCE = re.compile(r"<metric\b[^>]*?\bmetricId\s*=\s*[\"']([^\"']*)[\"'][^>]*>")


def _check(definition: Mapping[str, Any], source: str) -> None:
    require_text(definition, "name", source)
    content = require_text(definition, "content", source)
    for reference in _REFERENCE.findall(content):
        if not is_uuid(reference):
            raise DefinitionFault(source, f"the content refers to the metric {reference!r}, which is no UUID")


def _part_ids(definition: Mapping[str, Any]) -> tuple[str, ...]:
    references = _REFERENCE.findall(str(definition.get("content", "")))
    return tuple(dict.fromkeys(reference.lower() for reference in references))


def _introduction(context: AssetContext) -> str:
    content = " ".join(_REFERENCE.sub(" ", str(context.asset.definition.get("content", ""))).split())
    length = f"It is a report of about {len(content.split())} words."
    questions = questions_about_parts(context)
    parts = (heading(context.asset), f"{length} {parts_list(context, 'report')}", suggested(questions))
    return "\n\n".join(parts)


REPORT_FILE = AssetKind(
    type=AssetType.REPORT_FILE,
    file_type="report",
    legacy_names=(),
    check=_check,
    part_ids=_part_ids,
    introduction=_introduction,
)
