"""The folders of functions' and layers' code: from source, from an archive, or named as missing."""

import atexit
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from local_gateway.errors import TemplateError
from local_gateway.template.sam_translation import CODE_BUCKET, Template

__all__ = ["code_folder"]


def code_folder(logical_id: str, code: Any, resource: Mapping[str, Any], template: Template) -> Path | None:
    """Return the folder of code on this machine; None for code in S3 or in an image.

    An archive is extracted into a folder that exists until this process ends.

    Raises:
        TemplateError: the code is a local path that is neither a folder nor an archive.

    """
    asset = (resource.get("Metadata") or {}).get("aws:asset:path")
    if isinstance(code, dict) and code.get("S3Bucket") == CODE_BUCKET:
        path = template.code[code["S3Key"]]
    elif isinstance(asset or code, str):
        path = (template.path.parent / str(asset or code)).resolve()
    else:
        return None
    if path.is_dir():
        return path
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise TemplateError(logical_id, f"its code {path} is not a folder or a zip archive")
    return _extracted(path, path.stat().st_mtime_ns)


@cache
def _extracted(archive: Path, _modified_ns: int) -> Path:
    folder = _parent() / f"{_extracted.cache_info().currsize}-{archive.stem}"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)  # zipfile keeps the paths of members within the folder
    return folder.resolve()


@cache
def _parent() -> Path:
    folder = tempfile.mkdtemp(prefix="local-gateway-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
