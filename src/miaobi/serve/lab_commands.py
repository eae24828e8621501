"""Commands of the lab: data, train, sample, export, models; those with many options have a file of their own."""

from __future__ import annotations

from typing import Annotated

import typer

from miaobi.serve import tune_commands, words_commands
from miaobi.serve.command import QuietOption, open_studio, reported
from miaobi.serve.data_commands import data
from miaobi.serve.launching import one_voice
from miaobi.serve.picture_commands import breed, dream
from miaobi.serve.sample_command import sample
from miaobi.serve.stopping import StopWish
from miaobi.serve.streams import console
from miaobi.train.launched import is_first_here, is_first_of_all


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(reported(data))
    app.command()(reported(train))
    tune_commands.register(app)
    app.command()(reported(sample))
    app.command()(reported(export))
    app.command()(reported(models))
    app.command()(reported(breed))
    app.command()(reported(dream))
    words_commands.register(app)


def train(
    model: Annotated[str, typer.Argument(help="What to train: see `miaobi train --help`.")],
    name: Annotated[str, typer.Option(help="Name of the new model; then the engine text:lab/NAME.")],
    data_names: Annotated[
        list[str] | None,
        typer.Option("--data", metavar="NAME", help="A data set: see `miaobi data` (twice for cyclegan)."),
    ] = None,
    size: Annotated[str | None, typer.Option(help="tiny, small (default) or base.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps to train.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Stop after so many minutes.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed gives another model.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any other setting (repeat for more).")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where training stopped.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Train a model of your own. Ctrl-C saves; --resume goes on exactly where it stopped."""
    from miaobi.serve.training_view import TrainingView

    studio = open_studio()
    named = {"steps": steps, "minutes": minutes, "seed": seed}
    with (
        one_voice(),
        TrainingView(console(err=True), quiet=quiet) as view,
        StopWish(says_so=is_first_here()) as stop,
    ):
        trained = studio.train(
            model,
            name,
            data=data_names or (),
            size=size,
            settings=settings or (),
            options={key: value for key, value in named.items() if value is not None},
            resume=resume,
            listener=view,
            should_stop=stop,
        )
    if not is_first_of_all():
        return
    if not quiet:
        view.summarise(trained)
    typer.echo(str(trained.folder))


def export(
    name: Annotated[str, typer.Argument(help="A model of the lab: see `miaobi models`.")],
    to: Annotated[str, typer.Option(help="The format: onnx.")] = "onnx",
    quiet: QuietOption = False,
) -> None:
    """Write a model so that it runs without PyTorch, after checking that it gives the same."""
    path, record = open_studio().export(name, to)
    if not quiet:
        said = f"differs from PyTorch by at most {record.difference:.1e} ({record.tolerance:.0e} is let through)"
        console(err=True).print(f"{path.stat().st_size / 1e6:.1f} MB, {said}")
    typer.echo(str(path))


def models() -> None:
    """The models of the lab and how good they are."""
    from miaobi.serve.training_view import print_models

    print_models(console(), open_studio().models())
