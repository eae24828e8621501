"""`Asset`: bytes with a media type, known by their digest.

An asset travels through steps, requests, results and manifests as its digest; its bytes are wherever they were last
seen (memory, a file, a store). Two assets are equal when their bytes and media type are.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import Field, PrivateAttr

from miaobi.base.disk import disk_errors
from miaobi.base.value import Value
from miaobi.errors import StoreError

_CHUNK = 1 << 20


class Asset(Value):
    """Bytes by digest.

    digest      "sha256:" and 64 hex digits
    media_type  IANA media type, e.g. "image/png"
    size_bytes  length of the bytes
    """

    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    media_type: str
    size_bytes: int = Field(ge=0)

    _source: bytes | Path | None = PrivateAttr(default=None)

    @classmethod
    def from_bytes(cls, data: bytes, media_type: str) -> Asset:
        """An asset that holds its bytes in memory."""
        asset = cls(digest=digest_bytes(data), media_type=media_type, size_bytes=len(data))
        return asset.at(data)

    @classmethod
    def from_file(cls, path: Path, media_type: str) -> Asset:
        """An asset whose bytes stay in `path`. The file must not change afterwards."""
        return cls(digest=digest_file(path), media_type=media_type, size_bytes=path.stat().st_size).at(path)

    def at(self, source: bytes | Path) -> Asset:
        """The same asset, with its bytes to be found at `source`."""
        copy = self.model_copy()
        copy._source = source
        return copy

    @property
    def source(self) -> bytes | Path | None:
        """Where the bytes are: in memory, in a file, or not known to this process (None)."""
        return self._source

    def read(self) -> bytes:
        """The bytes. StoreError when this process does not know where they are, DiskError when they are gone."""
        if isinstance(self._source, bytes):
            return self._source
        if self._source is None:
            raise StoreError(
                f"The bytes of asset {self.digest[:19]} are not here: it was read from a manifest, not from a store.",
                hint="Open it through the store that made it.",
            )
        with disk_errors(self._source):
            return self._source.read_bytes()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Asset):
            return NotImplemented
        return self.digest == other.digest and self.media_type == other.media_type

    def __hash__(self) -> int:
        return hash((self.digest, self.media_type))


def digest_bytes(data: bytes) -> str:
    """ "sha256:" and the hex SHA-256 of `data`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """ "sha256:" and the hex SHA-256 of the file's bytes, read in pieces."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
    return "sha256:" + sha.hexdigest()
