"""`miaobi tune`: adapters for models that others trained. It calls the studio and prints; nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miaobi.serve.command import QuietOption, open_studio, reported
from miaobi.serve.launching import one_voice
from miaobi.serve.stopping import StopWish
from miaobi.serve.streams import console
from miaobi.train.launched import is_first_here, is_first_of_all

if TYPE_CHECKING:
    from miaobi.studio import Studio
    from miaobi.train.run import Trained

NameOption = Annotated[str, typer.Option(help="Name of the tuned model.")]
SizeOption = Annotated[str | None, typer.Option(help="tiny, small (default) or base.")]
StepsOption = Annotated[int | None, typer.Option(help="Steps to train.")]
MinutesOption = Annotated[float | None, typer.Option(help="Stop after so many minutes.")]
SeedOption = Annotated[int | None, typer.Option(help="Another seed gives another model.")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any other setting (repeat for more).")
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on where tuning stopped.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tune = typer.Typer(help="Tune a model that others trained on your own examples.", no_args_is_help=True)
    tune.command("text")(reported(tune_text))
    tune.command("image")(reported(tune_image))
    app.add_typer(tune, name="tune")


def tune_text(
    name: NameOption,
    base: Annotated[
        str | None, typer.Option(metavar="ENGINE", help="text:llamacpp/gemma-270m, or a folder of transformers.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="JSONL: a prompt and its answer on each line.")] = None,
    size: SizeOption = None,
    steps: StepsOption = None,
    minutes: MinutesOption = None,
    seed: SeedOption = None,
    settings: SetOption = None,
    resume: ResumeOption = False,
    quiet: QuietOption = False,
) -> None:
    """Tune a language model on pairs of prompt and answer. Ctrl-C saves; --resume goes on exactly where it stopped."""
    wanted: dict[str, Any] = {"base": base, "data": data, "size": size, "settings": settings or (), "resume": resume}
    wanted["options"] = _given(steps=steps, minutes=minutes, seed=seed)
    _run(lambda studio, **watched: studio.tune_text(name, **wanted, **watched), quiet)


def tune_image(
    name: NameOption,
    base: Annotated[str | None, typer.Option(metavar="FOLDER", help="A pipeline of diffusers.")] = None,
    data: Annotated[str | None, typer.Option(metavar="NAME", help="A data set of pictures: see `miaobi data`.")] = None,
    dreambooth: Annotated[
        str | None, typer.Option(metavar="PROMPT", help='One prompt for all pictures: "a photo of sks dog".')
    ] = None,
    class_data: Annotated[
        str | None, typer.Option(metavar="NAME", help="Pictures of the class, which the model is to keep.")
    ] = None,
    size: SizeOption = None,
    steps: StepsOption = None,
    minutes: MinutesOption = None,
    seed: SeedOption = None,
    settings: SetOption = None,
    resume: ResumeOption = False,
    quiet: QuietOption = False,
) -> None:
    """Tune a diffusion pipeline on pictures. Ctrl-C saves; --resume goes on exactly where it stopped."""
    wanted: dict[str, Any] = {"base": base, "data": data, "prompt": dreambooth, "class_data": class_data}
    wanted |= {"size": size, "settings": settings or (), "resume": resume}
    wanted["options"] = _given(steps=steps, minutes=minutes, seed=seed)
    _run(lambda studio, **watched: studio.tune_image(name, **wanted, **watched), quiet)


def _given(**named: Any) -> dict[str, Any]:
    return {key: value for key, value in named.items() if value is not None}


def _run(work: Callable[..., Trained], quiet: bool) -> None:
    """Tune with a bar and Ctrl-C; print the results, and the folder."""
    from miaobi.serve.training_view import TrainingView

    studio: Studio = open_studio()
    with (
        one_voice(),
        TrainingView(console(err=True), quiet=quiet) as view,
        StopWish(says_so=is_first_here()) as stop,
    ):
        trained = work(studio, listener=view, should_stop=stop)
    if not is_first_of_all():
        return
    if not quiet:
        view.summarise(trained)
    typer.echo(str(trained.folder))
