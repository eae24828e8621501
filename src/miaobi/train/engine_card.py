"""What the engines of the lab have in common before they are opened: which models there are, and the card of each.

Nothing here imports PyTorch.
"""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path

from miaobi.base.engine import EngineCard, Modality
from miaobi.base.piece import Credit
from miaobi.errors import InputError, UnknownNameError
from miaobi.train.catalog import Model, find_model, models
from miaobi.train.folder import ModelFolder, model_names, read_json
from miaobi.train.onnx_file import read_onnx_record
from miaobi.train.torch_needed import missing_for_lab


def names_of(home: Path, modality: Modality) -> tuple[str, ...]:
    """The trained models that are engines of a modality; one without a name, whose card tells how to train one, when
    there are none."""
    return tuple(name for name in model_names(home) if _kind_of(home, name) == modality) or ("",)


def card_of(modality: Modality, name: str, home: Path, *, version: int, note: str) -> EngineCard:
    """The card of `<modality>:lab/NAME`; its `missing` says so when there is no such model or it cannot be opened.

    version  raised whenever the engine's own code changes what a request gives
    """
    engine_id = f"{modality}:lab/{name}" if name else f"{modality}:lab"
    if not name:
        kinds = [model.name for model in models().values() if model.modality == modality]
        none_yet = (
            f"no such model is trained yet; run: miaobi train {kinds[0] if kinds else 'MODEL'} --data DATA --name NAME"
        )
        return _card(engine_id, modality, "missing", "models trained in the lab", (), none_yet, note)
    folder = ModelFolder(home, name)
    try:
        config = folder.read_config()
        require_kind(folder, modality)
        missing = None if runs_on_onnx(folder) else missing_for_lab()
        fingerprint = "missing" if missing else _fingerprint(version, folder)
        summary = f"{config['model']} trained in the lab on {', '.join(config['data']['names'])}"
        return _card(engine_id, modality, fingerprint, summary, credits_of(folder, modality), missing, note)
    except (InputError, KeyError) as error:
        said = f"{error} (see `miaobi models`)"
        return _card(engine_id, modality, "missing", "model trained in the lab", (), said, note)


def runs_on_onnx(folder: ModelFolder) -> bool:
    """Whether the exported model is run: where it is all there is, or PyTorch is not installed."""
    return folder.onnx.is_file() and (missing_for_lab() is not None or not folder.weights.is_file())


def require_kind(folder: ModelFolder, modality: Modality) -> Model:
    """The kind of model in a folder. InputError when it is no engine of that modality."""
    model = find_model(str(folder.read_config()["model"]))
    if model.modality != modality:
        other = f"It is {model.modality}:lab/{folder.name}." if model.modality else "It is used with `miaobi sample`."
        raise InputError(f"{folder.name} is a {model.name}, which is no engine for {modality}.", hint=other)
    return model


def credits_of(folder: ModelFolder, modality: Modality) -> tuple[Credit, ...]:
    """The model itself, then the sources of its data cards."""
    own = Credit(title=f"{folder.name} (model)", licence="as its training data", use=f"{modality}, trained in the lab")
    cards = (read_json(path) for path in sorted(folder.path.glob("card*.json")))
    learned = (
        Credit(
            title=str(source["name"]),
            licence=str(source.get("licence") or "not stated"),
            url=str(source.get("origin") or ""),
            use="training data",
        )
        for card in cards
        for source in card.get("sources", ())
        if isinstance(source, dict) and source.get("name")
    )
    return (own, *learned)


def _kind_of(home: Path, name: str) -> str:
    """The modality of a model; "" for a folder that cannot be read (`miaobi models` lists it with the reason)."""
    try:
        return find_model(str(ModelFolder(home, name).read_config()["model"])).modality
    except (InputError, UnknownNameError, KeyError):
        return ""


def _card(
    engine_id: str,
    modality: Modality,
    fingerprint: str,
    summary: str,
    credits: tuple[Credit, ...],
    missing: str | None,
    note: str,
) -> EngineCard:
    return EngineCard(
        id=engine_id,
        modality=modality,
        fingerprint=fingerprint,
        summary=summary,
        credits=credits,
        missing=missing,
        note=note,
    )


def _fingerprint(version: int, folder: ModelFolder) -> str:
    """Everything the output depends on. Kernels differ between processor families, so these are named too."""
    is_onnx = runs_on_onnx(folder)
    if is_onnx:
        read_onnx_record(folder)  # refuses an outdated one
    backend = "onnxruntime" if is_onnx else "torch"
    installed = metadata.version(backend).partition("+")[0]
    digests = folder.digests(folder.onnx if is_onnx else folder.weights)
    return f"lab-{version} {backend}-{installed} {platform.machine().lower()} {' '.join(digests)}"
