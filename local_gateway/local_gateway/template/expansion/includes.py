"""Replaces `AWS::Include` by the file that it names, and names the macros that only AWS can run.

Reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/create-reusable-transform-function-snippets-and-add-to-your-template-with-aws-include-transform.html
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_gateway.errors import TemplateError

__all__ = ["expand_includes"]

_log = logging.getLogger(__name__)

_TRANSFORM = "Fn::Transform"
_KNOWN = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"})

ReadFile = Callable[[Path], Any]
"""Parses a file as a part of a template."""


def expand_includes(
    body: dict[str, Any], folder: Path, read: ReadFile, resolve: Callable[[Any], Any]
) -> dict[str, Any]:
    """Return the template with every include replaced; a path is relative to the template's `folder`.

    An include of an S3 object and every other macro is named in a warning and left out.

    Raises:
        TemplateError: an included file does not exist or is not a part of a template.

    """
    declared = body.get("Transform", [])
    listed = declared if isinstance(declared, list) else [declared]
    expander = _Expander(folder, read, resolve)
    expanded: dict[str, Any] = expander.expand({key: body[key] for key in body if key != "Transform"})
    for transform in listed:
        if isinstance(transform, dict):
            expanded.update(expander.content(transform))
        elif transform not in _KNOWN:
            _log.warning("the macro %s is not run: what it adds or changes is missing", transform)
    kept = [transform for transform in listed if isinstance(transform, str) and transform in _KNOWN]
    return {**({"Transform": kept} if kept else {}), **expanded}


class _Expander:
    def __init__(self, folder: Path, read: ReadFile, resolve: Callable[[Any], Any]) -> None:
        self._folder = folder
        self._read = read
        self._resolve = resolve

    def expand(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.expand(item) for item in value]
        if not isinstance(value, dict):
            return value
        expanded = {key: self.expand(item) for key, item in value.items() if key != _TRANSFORM}
        transforms = value.get(_TRANSFORM, [])
        for transform in transforms if isinstance(transforms, list) else [transforms]:
            content = self.content(transform)
            if not isinstance(content, dict):  # a list, for example, replaces the whole value
                return content
            expanded |= content
        return expanded

    def content(self, transform: dict[str, Any]) -> Any:
        """Return what a transform inserts; nothing for a macro."""
        name = transform.get("Name")
        if name != "AWS::Include":
            _log.warning("the macro %s is not run: what it adds or changes is missing", name)
            return {}
        location = str(self._resolve((transform.get("Parameters") or {}).get("Location")))
        if location.startswith(("s3://", "https://")):
            _log.warning("AWS::Include of %s is left out: it is not on this machine", location)
            return {}
        file = self._folder / location
        if not file.is_file():
            raise TemplateError("AWS::Include", f"{file} does not exist")
        return self.expand(self._read(file))
