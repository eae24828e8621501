"""The typeface that ships with Miaobi: Noto Sans CJK (OFL), Latin and Chinese in one file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from miaobi.base.piece import Credit
from miaobi.errors import EngineUnavailableError

FONT_CREDIT = Credit(
    title="Noto Sans CJK",
    author="Google, Adobe",
    licence="OFL-1.1",
    url="https://github.com/notofonts/noto-cjk",
    use="lettering",
)


def font_path() -> Path:
    """The font file. EngineUnavailableError when its package is missing."""
    spec = find_spec("cvttf_NotoSansCJK_Regular")
    if spec is None or spec.origin is None:
        raise EngineUnavailableError(
            "The font package is missing, so no text can be set.", hint="Run: pip install cvttf-notosanscjk-regular"
        )
    return Path(spec.origin).parent / "NotoSansCJKtc-Regular.otf"
