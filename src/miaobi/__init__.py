"""Miaobi (妙笔) turns a brief into finished, checked, labelled content.

    from miaobi import Brief, Studio

Names are imported when they are first used, so that `import miaobi` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from miaobi.brief.brief import Brief
    from miaobi.settings import Settings
    from miaobi.studio import Studio

__all__ = ["Brief", "Settings", "Studio"]

_WHERE = {"Brief": "miaobi.brief.brief", "Settings": "miaobi.settings", "Studio": "miaobi.studio"}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'miaobi' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
