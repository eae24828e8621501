"""report.html: a training run as one page that loads nothing: results, curves, samples, settings, data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from miaobi.base.disk import write_atomically
from miaobi.train.chart import Line, line_chart
from miaobi.train.folder import ModelFolder, read_json
from miaobi.train.record import read_metrics

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES: Final = Path(__file__).parent / "templates"
_SHEETS_SHOWN = 6


def write_report(folder: ModelFolder, config: Mapping[str, Any], finals: Sequence[str]) -> None:
    """Write the page; `config` is config.json with its outcome, `finals` are samples of the finished model."""
    metrics = read_metrics(folder.metrics)
    steps = [line for line in metrics if line["kind"] == "step"]
    page = _template().render(
        name=folder.name,
        config=config,
        outcome=config["outcome"],
        figures=tuple(_figures(config)),
        loss_chart=_loss_chart(steps, [line for line in metrics if line["kind"] == "evaluation"]),
        rate_chart=line_chart("Learning rate", [Line("rate", "train", _points(steps, "rate"))], height=180),
        norm_chart=line_chart("Gradient norm", [Line("norm", "train", _smooth(_points(steps, "norm")))], height=180),
        sheets=_some([line for line in metrics if line["kind"] == "sample"]),
        finals=finals,
        settings=tuple(_settings(config)),
        card=tuple(_rows(read_json(folder.card))),
        data_sample=_data_sample(folder),
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
    tokens, seconds = outcome["tokens"], outcome["seconds"]
    yield f"{config['parameters'] / 1e6:.2f} M", "parameters", ""
    yield f"{outcome['step']:,}", "steps", f"best at {outcome['best_step']:,}"
    yield f"{tokens / 1e6:.2f} M", "tokens learned from", ""
    yield duration(seconds), "training time", f"{config['machine']['threads']} threads, {config['machine']['device']}"
    yield f"{tokens / max(seconds, 1e-9):,.0f}", "tokens per second", "evaluation and samples included"


def duration(seconds: float) -> str:
    """Hours, minutes and seconds as people write them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _loss_chart(steps: Sequence[Mapping[str, Any]], evaluations: Sequence[Mapping[str, Any]]) -> str:
    train = Line("training loss", "train", _smooth(_points(steps, "loss")))
    held_out = Line("validation loss", "held-out", _points(evaluations, "validation loss"))
    return line_chart("Loss over steps, in nats per token", [train, held_out])


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
        if key in ("sample", "lengths", "frequent_words") or value in ("", [], {}, None):
            continue
        if isinstance(value, dict):
            yield from _rows(value, f"{label}: ")
        elif isinstance(value, list):
            for item in value:
                told = item if not isinstance(item, dict) else ", ".join(f"{k} {v}" for k, v in item.items() if v)
                yield label, str(told)
        else:
            yield label, f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _data_sample(folder: ModelFolder) -> str:
    sample = read_json(folder.card).get("sample") or ""
    return "\n\n".join(map(str, sample[:3])) if isinstance(sample, list) else str(sample)
