"""The command line. Every command calls the studio and prints; nothing is decided here.

Exit codes are those of the error tree (errors.py); `check` also leaves with 6 when a work is below its bars.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miaobi.errors import MiaobiError
from miaobi.serve import lab_commands
from miaobi.serve.command import QuietOption, open_studio, reported
from miaobi.serve.stopping import listen_for_stops
from miaobi.serve.streams import console, settle_streams

if TYPE_CHECKING:
    from miaobi.studio import Studio, Work

app = typer.Typer(
    name="miaobi",
    help="Miaobi (妙笔) turns a brief into finished, checked, labelled content, offline.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _folder(name: str) -> Path:
    """The folder of that name; `--output "$UNSET"` must not write into the folder one happens to be in."""
    if not name.strip():
        raise typer.BadParameter("it is empty; name a folder.")
    return Path(name)


OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", parser=_folder, metavar="FOLDER", help="Folder for works (default: works)."),
]


def _engine_choices(engine: str | None, **by_modality: str | None) -> dict[str, str]:
    chosen = {modality: engine_id for modality, engine_id in by_modality.items() if engine_id}
    if engine == "fake":
        from miaobi.settings import DEFAULT_ENGINES

        return {modality: f"{modality}:fake" for modality in DEFAULT_ENGINES if "." not in modality} | chosen
    if engine is not None:
        from miaobi.create.registry import parse_id

        chosen.setdefault(parse_id(engine)[0], engine)
    return chosen


@app.command()
@reported
def make(
    recipe: Annotated[str, typer.Argument(help="What to make: see `miaobi recipes`.")],
    words: Annotated[str, typer.Argument(help="What you want, in plain words.")] = "",
    brief: Annotated[Path | None, typer.Option(help="Brief as YAML or JSON.")] = None,
    language: Annotated[str | None, typer.Option(help="en, zh, ... (detected when not given).")] = None,
    audience: Annotated[str | None, typer.Option(help="For whom.")] = None,
    tone: Annotated[str | None, typer.Option(help="How it should sound.")] = None,
    length: Annotated[int | None, typer.Option("--words", help="Length of a text, in words or characters.")] = None,
    duration: Annotated[float | None, typer.Option(help="Length of a video, in seconds.")] = None,
    fact: Annotated[list[str] | None, typer.Option(help="A fact that must be right (repeat for more).")] = None,
    keyword: Annotated[list[str] | None, typer.Option(help="A word that must appear (repeat for more).")] = None,
    avoid: Annotated[list[str] | None, typer.Option(help="A word that must not appear (repeat for more).")] = None,
    shape: Annotated[str | None, typer.Option(help="landscape, portrait or square.")] = None,
    fps: Annotated[int | None, typer.Option(help="Frames per second, 24 to 60.")] = None,
    style: Annotated[str | None, typer.Option(help="Name of a style.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed gives another piece.")] = None,
    text: Annotated[str | None, typer.Option(help="Text engine id.")] = None,
    image: Annotated[str | None, typer.Option(help="Image engine id.")] = None,
    speech: Annotated[str | None, typer.Option(help="Speech engine id.")] = None,
    transcript: Annotated[str | None, typer.Option(help="Transcript engine id.")] = None,
    music: Annotated[str | None, typer.Option(help="Music engine id.")] = None,
    embedding: Annotated[str | None, typer.Option(help="Embedding engine id.")] = None,
    engine: Annotated[str | None, typer.Option(help="An engine id, or `fake` for instant runs.")] = None,
    output: OutputOption = None,
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Show brief and plan, make nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail when the piece is below its bars.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Make a piece from a brief. Repeating the command goes on where it stopped."""
    engines = _engine_choices(
        engine, text=text, image=image, speech=speech, transcript=transcript, music=music, embedding=embedding
    )
    options: dict[str, Any] = {
        "language": language, "audience": audience, "tone": tone, "words": length, "duration_seconds": duration,
        "facts": fact, "keywords": keyword, "avoid": avoid, "shape": shape, "fps": fps, "style": style, "seed": seed,
    }  # fmt: skip
    studio = open_studio(output=output, engines=engines)
    wanted = studio.brief(recipe, words, brief, {name: value for name, value in options.items() if value is not None})
    from miaobi.serve import tables

    if not quiet:
        tables.print_brief(console(err=True), wanted)
    if plan_only:
        with _watched(studio, quiet):
            plan = studio.plan(wanted.brief)
        tables.print_plan(console(), plan)
        return
    with _watched(studio, quiet):
        work = studio.make(wanted.brief, strict=strict)
    _print_work(work, quiet)


@app.command()
@reported
def revise(
    work: Annotated[Path, typer.Argument(help="Folder of a work.")],
    instruction: Annotated[str, typer.Argument(help="What to change in that part.")] = "",
    part: Annotated[str | None, typer.Option(help="Id of the part to make again, e.g. section-2.text.")] = None,
    unlock: Annotated[bool, typer.Option("--unlock", help="Also when a person wrote that part.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Take over hand edits of draft.md, or make one part again. Everything else stays."""
    studio = open_studio()
    here = _working_folder()
    with _watched(studio, quiet):
        revised = studio.revise(work, part_id=part, instruction=instruction, unlock=unlock)
    _print_work(revised, quiet)
    if here is not None and here.is_relative_to(
        revised.folder
    ):  # folders are exchanged; the shell stays in the old one
        typer.echo('miaobi: The folder you are in was replaced; enter the new one with: cd "$PWD"', err=True)


def _working_folder() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None


@app.command()
@reported
def check(work: Annotated[Path, typer.Argument(help="A work, or one file.")]) -> None:
    """Scores, verdicts and labels as a table. Leaves with 6 when something is below its bar."""
    from miaobi.serve import tables

    report = open_studio().check(work)
    tables.print_report(console(), report)
    if not report.passed:
        raise typer.Exit(6)


@app.command()
@reported
def verify(file: Annotated[Path, typer.Argument(help="Any file made by Miaobi.")]) -> None:
    """Read the labels of a file back. Leaves with 5 when it carries none."""
    from miaobi.serve import tables

    findings = open_studio().verify(file)
    tables.print_labels(console(), findings)
    if not any(finding.found for finding in findings):
        raise typer.Exit(5)


@app.command()
@reported
def works(output: OutputOption = None) -> None:
    """The works that are there."""
    from miaobi.serve import tables

    tables.print_works(console(), open_studio(output=output).works())


@app.command()
@reported
def engines() -> None:
    """The engines that are there, and what is missing for the others."""
    from miaobi.serve import tables

    tables.print_engines(console(), open_studio().engines())


@app.command()
@reported
def recipes() -> None:
    """The kinds of pieces that can be made."""
    from miaobi.serve import tables

    tables.print_recipes(console(), open_studio().recipes())


@app.command()
@reported
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Drop damaged bytes from the store.")] = False,
) -> None:
    """What is installed, which models are there, what is missing and how to get it."""
    from miaobi.serve import tables

    findings = open_studio().doctor(repair=repair)
    tables.print_doctor(console(), findings)
    if not all(finding.is_well for finding in findings if finding.is_needed):
        raise typer.Exit(3)


@app.command()
@reported
def version() -> None:
    """The version of Miaobi."""
    from importlib.metadata import version as installed

    typer.echo(installed("miaobi"))


@contextmanager
def _watched(studio: Studio, quiet: bool) -> Iterator[None]:
    """Progress on the terminal while the studio works."""
    from miaobi.serve.progress_view import ProgressView

    view = ProgressView(console(err=True), quiet=quiet)
    studio.listener = view
    with view:
        yield


def _print_work(work: Work, quiet: bool) -> None:
    from miaobi.serve import tables

    if not quiet:
        tables.print_summary(console(err=True), work)
    typer.echo(str(work.folder))


lab_commands.register(app)


def main() -> None:
    """Entry point of the `miaobi` command."""
    settle_streams()
    listen_for_stops()
    try:
        app()
    except MiaobiError as error:  # help that nobody can read, as in `miaobi --help > /dev/full`
        typer.echo(f"miaobi: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
