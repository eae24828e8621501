"""Zip files whose bytes depend on their content alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # what the zip format can say
_REGULAR_FILE: Final = 0o100644 << 16


def fix_zip(data: bytes, epoch: int, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """The same archive with every entry dated `epoch`, in the same order, and some entries' content replaced."""
    moment = datetime.fromtimestamp(epoch, UTC).timetuple()[:6]
    stamp = max(moment, _EARLIEST)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, stamp)
            # An EPUB's first entry, "mimetype", has to stay uncompressed (EPUB 3.3 OCF, 4.2.4).
            info.compress_type = entry.compress_type
            info.create_system = 3
            info.external_attr = _REGULAR_FILE
            content = (replaced or {}).get(entry.filename)
            new.writestr(info, old.read(entry) if content is None else content)
    return out.getvalue()
