"""report.html: a training run as one page that loads nothing: results, curves, samples, settings, data."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from miaobi.base.disk import write_atomically
from miaobi.train.catalog import find_model
from miaobi.train.chart import Line, line_chart
from miaobi.train.folder import ModelFolder, read_json
from miaobi.train.record import read_metrics

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES: Final = Path(__file__).parent / "templates"
_SHEETS_SHOWN = 6
HELD_OUT_LOSS: Final = "validation loss"
_NO_LOSSES: Final = ("kind", "step", "rate", "norm")
_KINDS: Final = ("train", "second", "third", "fourth")


class Curves(NamedTuple):
    """A chart with its key: (kind of line, name)."""

    title: str
    key: tuple[tuple[str, str], ...]
    svg: str


class _Shown(NamedTuple):
    text: str
    pictures: tuple[str, ...]
    files: tuple[str, ...]


def write_report(folder: ModelFolder, config: Mapping[str, Any], finals: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Write the page.

    config  config.json with its outcome
    finals  samples of the finished model: each one's text and the names of its files
    """
    metrics = read_metrics(folder.metrics)
    steps = [line for line in metrics if line["kind"] == "step"]
    evaluations = [line for line in metrics if line["kind"] == "evaluation"]
    page = _template().render(
        name=folder.name,
        config=config,
        outcome=config["outcome"],
        figures=tuple(_figures(config)),
        modality=find_model(config["model"]).modality,
        loss_chart=_loss_chart(steps, evaluations),
        charts=tuple(_charts(evaluations)),
        rate_chart=line_chart("Learning rate", [Line("rate", "train", _points(steps, "rate"))], height=180),
        norm_chart=line_chart("Gradient norm", [Line("norm", "train", _smooth(_points(steps, "norm")))], height=180),
        sheets=[
            (sheet["step"], _shown(folder, sheet)) for sheet in _some([m for m in metrics if m["kind"] == "sample"])
        ],
        finals=[_Shown(text, *_pictures(folder, names)) for text, names in finals],
        settings=tuple(_settings(config)),
        cards=tuple(_card(path) for path in folder.cards(len(config["data"]["names"]))),
    )
    write_atomically(folder.report, page.encode())


@lru_cache(maxsize=1)
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html")


def _figures(config: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(number, what, unit) of what matters first."""
    outcome = config["outcome"]
    for result in outcome["results"]:
        yield f"{result['value']:.4g}", result["name"], result["unit"]
    unit = config["unit"]
    units, seconds = outcome[unit], outcome["seconds"]
    yield f"{config['parameters'] / 1e6:.2f} M", "parameters", ""
    yield f"{outcome['step']:,}", "steps", f"best at {outcome['best_step']:,}"
    yield f"{units / 1e6:.2f} M", f"{unit} learned from", ""
    threads = config["machine"]["threads"]
    at_once = f"{threads} thread{'s' if threads > 1 else ''}, {config['machine']['device']}"
    yield duration(seconds), "training time", at_once
    yield f"{units / max(seconds, 1e-9):,.0f}", f"{unit} per second", "evaluation and samples included"


def duration(seconds: float) -> str:
    """Hours, minutes and seconds as people write them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _loss_chart(steps: Sequence[Mapping[str, Any]], evaluations: Sequence[Mapping[str, Any]]) -> Curves:
    """The losses of the turns in one picture, with the held-out loss where it is the same measure."""
    names = [name for name in dict.fromkeys(key for step in steps for key in step) if name not in _NO_LOSSES]
    lines = [Line(name, kind, _smooth(_points(steps, name))) for name, kind in zip(names, _KINDS, strict=False)]
    if held_out := _points(evaluations, HELD_OUT_LOSS):
        lines.append(Line(HELD_OUT_LOSS, "held-out", held_out))
    return Curves("loss", tuple((line.style, line.name) for line in lines), line_chart("Loss over steps", lines))


def _charts(evaluations: Sequence[Mapping[str, Any]]) -> Iterator[Curves]:
    """A small picture for every other result of the evaluations."""
    for name in evaluations[0] if len(evaluations) > 1 else ():
        if name not in ("kind", "step", HELD_OUT_LOSS):
            points = _points(evaluations, name)
            yield Curves(name, (), line_chart(name, [Line(name, "held-out", points)], height=180))


def _points(lines: Sequence[Mapping[str, Any]], key: str) -> list[tuple[float, float]]:
    return [(line["step"], line[key]) for line in lines if key in line]


def _smooth(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A running average, so that a trend is seen."""
    kept, average = [], 0.0
    share = min(1.0, 20 / max(1, len(points)) ** 0.75)
    for number, (x, y) in enumerate(points):
        average = y if number == 0 else average + max(share, 1 / (number + 1)) * (y - average)
        kept.append((x, average))
    return kept


def _some(sheets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first sheet, the last, and some between."""
    if len(sheets) <= _SHEETS_SHOWN:
        return list(sheets)
    return [sheets[round(at * (len(sheets) - 1) / (_SHEETS_SHOWN - 1))] for at in range(_SHEETS_SHOWN)]


def _settings(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "model", f"{config['model']}, size {config['size']}"
    for part in (config["network"]["config"], config["loop"]):
        yield from ((key, str(value)) for key, value in part.items())
    yield "torch", config["machine"]["torch"]


def _rows(card: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The plain values of a data card, and a line for each thing in its lists, as label and text."""
    for key, value in card.items():
        label = f"{prefix}{key}".replace("_", " ")
        if key in ("sample", "lengths", "frequent_words", "pitches") or value in ("", [], {}, None):
            continue
        if isinstance(value, dict):
            yield from _rows(value, f"{label}: ")
        elif isinstance(value, list):
            for item in value:
                told = item if not isinstance(item, dict) else ", ".join(f"{k} {v}" for k, v in item.items() if v)
                yield label, str(told)
        else:
            yield label, f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _card(path: Path) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """A data set's name, the rows of its card, and a sample of it where it is text."""
    card = read_json(path)
    sample = card.get("sample") or ""
    text = "\n\n".join(map(str, sample[:3])) if isinstance(sample, list) else str(sample)
    return str(card.get("name", path.stem)), tuple(_rows(card)), text


def _shown(folder: ModelFolder, sheet: Mapping[str, Any]) -> list[_Shown]:
    return [_Shown(text, *_pictures(folder, names)) for text, names in zip(sheet["texts"], sheet["files"], strict=True)]


def _pictures(folder: ModelFolder, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The PNGs as data addresses, so that the page can be passed on alone, and the names of all other files."""
    pictures = [name for name in names if name.endswith(".png")]
    read = (base64.b64encode((folder.path / name).read_bytes()).decode() for name in pictures)
    return tuple(f"data:image/png;base64,{data}" for data in read), tuple(n for n in names if n not in pictures)
