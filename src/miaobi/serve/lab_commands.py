"""Commands of the lab: data, train, sample, models."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from miaobi.serve import tune_commands
from miaobi.serve.command import QuietOption, open_studio, reported
from miaobi.serve.data_commands import data
from miaobi.serve.stopping import StopWish
from miaobi.serve.streams import console


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(reported(data))
    app.command()(reported(train))
    tune_commands.register(app)
    app.command()(reported(sample))
    app.command()(reported(models))


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
    with TrainingView(console(err=True), quiet=quiet) as view, StopWish() as stop:
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
    if not quiet:
        view.summarise(trained)
    typer.echo(str(trained.folder))


def sample(
    name: Annotated[str, typer.Argument(help="A model of the lab: see `miaobi models`.")],
    prompt: Annotated[str, typer.Argument(help="What the text begins with.")] = "",
    tokens: Annotated[int, typer.Option(help="At most so many tokens.")] = 300,
    temperature: Annotated[float, typer.Option(help="0 always takes the likeliest token.")] = 0.8,
    top_k: Annotated[int, typer.Option(help="Choose among the k likeliest; 0 for all.")] = 0,
    top_p: Annotated[float, typer.Option(help="Choose among those that hold this probability together.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Another seed gives another text.")] = 0,
    count: Annotated[int, typer.Option(min=1, max=1000, help="So many texts.")] = 1,
) -> None:
    """Write with a model of the lab."""
    options: dict[str, Any] = {"max_tokens": tokens, "temperature": temperature, "top_k": top_k, "top_p": top_p}
    texts = open_studio().sample(name, prompt, seed=seed, count=count, options=options)
    for number, text in enumerate(texts):
        if number:
            typer.echo("---")
        typer.echo(prompt + text)


def models() -> None:
    """The models of the lab and how good they are."""
    from miaobi.serve.training_view import print_models

    print_models(console(), open_studio().models())
