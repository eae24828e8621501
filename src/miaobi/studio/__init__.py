"""`Studio`: the one facade. Library, command line and every other interface call it and nothing below it.

studio = Studio()
wanted = studio.brief("article", "why cities need trees")
work = studio.make(wanted.brief)
print(work.folder)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.base.engine import EngineCard, EngineRef
from miaobi.base.executor import ThreadExecutor
from miaobi.base.piece import Piece, Score
from miaobi.base.run import Listener, Run
from miaobi.base.store import Store
from miaobi.brief.brief import Brief, describe_brief, parse_brief, read_brief_file, slug
from miaobi.brief.plan import Plan
from miaobi.create.registry import engine_ref, known_engines
from miaobi.errors import InputError, Interrupted
from miaobi.evaluate.gates import demand
from miaobi.publish.manifest import Manifest, read_manifest
from miaobi.recipes.assignment import Assignment
from miaobi.recipes.catalog import Recipe, find_recipe, recipe_names, recipe_summary
from miaobi.settings import Settings, load_settings
from miaobi.studio.checking import LabelFinding, Report, check_file, check_work, verify_labels
from miaobi.studio.finishing import finish
from miaobi.studio.folders import WorkEntry, folder_for, list_works
from miaobi.studio.health import Finding, examine
from miaobi.studio.lab import list_lab_models, train_model, write_samples
from miaobi.studio.lab_data import DataSet, collect_data
from miaobi.studio.revising import Taken, take_edits, take_instruction
from miaobi.train.data.wish import parse_wish

if TYPE_CHECKING:
    from miaobi.train.events import ShouldStop, TrainListener
    from miaobi.train.folder import ModelEntry
    from miaobi.train.run import Trained

__all__ = ["DataSet", "Finding", "LabelFinding", "Report", "Studio", "Wanted", "Work", "WorkEntry"]


@dataclass(frozen=True)
class Wanted:
    """A brief, and each of its values with where it came from: (label, value, origin)."""

    brief: Brief
    told: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Work:
    """A work on disk. `made` and `reused` count the steps of the run that wrote it."""

    folder: Path
    manifest: Manifest
    made: int
    reused: int


class Studio:
    """Makes, revises and checks works. `listener` hears what steps do."""

    def __init__(self, settings: Settings | None = None, listener: Listener | None = None) -> None:
        self.settings = settings or load_settings()
        self.listener = listener

    # ------------------------------------------------------------ before

    def brief(
        self,
        recipe: str,
        words: str = "",
        file: Path | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Wanted:
        """A brief from plain words, a file and options. UnknownNameError, BriefError."""
        find_recipe(recipe)
        data = dict(read_brief_file(file)) if file is not None else {}
        data["recipe"] = recipe
        brief = parse_brief(words, data, {key: value for key, value in (options or {}).items() if value is not None})
        return Wanted(brief, describe_brief(brief))

    def plan(self, brief: Brief) -> Plan:
        """What would be made, before anything costly is."""
        recipe = find_recipe(brief.recipe)
        engines = self._engines(recipe, brief.language)
        with self._run(brief, "plan") as run:
            return recipe.plan(run, brief, engines)

    # ------------------------------------------------------------ making

    def make(self, brief: Brief, *, output: Path | None = None, strict: bool = False) -> Work:
        """Make a piece and publish it as a folder. The same call again goes on where the last one stopped.

        Raises GateError, before anything is written, when `strict` is on and a score is below its bar.
        """
        recipe = find_recipe(brief.recipe)
        engines = self._engines(recipe, brief.language)
        place = output or self.settings.output
        with self._run(brief, str(place)) as run:
            plan = recipe.plan(run, brief, engines)
            folder = folder_for(place, self.settings.day, slug(plan.title or brief.topic), brief)
            taken = take_edits(folder) if folder.exists() else Taken()
            return self._produce(run, recipe, engines, brief, plan, folder, taken, strict)

    def revise(
        self,
        work: Path,
        *,
        part_id: str | None = None,
        instruction: str = "",
        unlock: bool = False,
        strict: bool = False,
    ) -> Work:
        """Take over hand edits of draft.md; with `part_id`, also make that part again. All else stays as it is.

        A part that a person wrote is made again only with `unlock`.
        """
        manifest = read_manifest(work)
        taken = take_edits(work)
        if part_id is not None:
            taken = take_instruction(taken, manifest, part_id, instruction, unlock=unlock)
        elif instruction:
            raise InputError(
                "An instruction needs the part it is about.",
                hint=f"Name it: --part ID. The parts are: {', '.join(p.id for p in manifest.parts if p.editable)}.",
            )
        brief = Brief(**manifest.brief)
        plan = Plan.model_validate(manifest.plan)
        recipe = find_recipe(manifest.recipe)
        chosen = {**self.settings.engines, **manifest.chosen_engines}
        engines = self._engines(recipe, brief.language, chosen)
        with self._run(brief, str(work)) as run:
            return self._produce(run, recipe, engines, brief, plan, work.absolute(), taken, strict)

    # ------------------------------------------------------------ afterwards

    def check(self, path: Path) -> Report:
        """Scores, verdicts and labels of a work, or the labels and measures of one file."""
        if not path.exists():
            raise InputError(f"There is nothing at {path}.", hint="`miaobi works` lists the works.")
        return check_work(path) if path.is_dir() or path.name == "manifest.json" else check_file(path)

    def verify(self, path: Path) -> tuple[LabelFinding, ...]:
        """The labels that read back from one file."""
        if not path.is_file():
            raise InputError(f"There is no file at {path}.", hint="Name one file of a work.")
        return verify_labels(path)

    def works(self, output: Path | None = None) -> tuple[WorkEntry, ...]:
        """The works in a folder, newest first."""
        return list_works(output or self.settings.output)

    def engines(self) -> tuple[EngineCard, ...]:
        """Every engine that is known, installed or not."""
        return known_engines(self.settings.home)

    def recipes(self) -> tuple[tuple[str, str], ...]:
        """(name, one line) of every recipe."""
        return tuple((name, recipe_summary(name)) for name in recipe_names())

    def doctor(self, *, repair: bool = False) -> tuple[Finding, ...]:
        """What is installed and sound, what is missing and how to get it; with `repair`, damaged bytes are dropped."""
        return examine(self.settings, repair=repair)

    # ------------------------------------------------------------ the lab

    def collect(self, material: Sequence[Path], options: Mapping[str, Any], *, replace: bool = False) -> DataSet:
        """A data set from files and folders, whole or not at all. `options` are the fields of `DataWish`."""
        return collect_data(self.settings, self.listener, material, parse_wish(options), replace=replace)

    def train(
        self,
        model: str,
        name: str,
        *,
        data: str | None = None,
        size: str | None = None,
        settings: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        resume: bool = False,
        listener: TrainListener | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Trained:
        """Train a model of the lab, or with `resume` go on where its training stopped.

        settings  key=value strings; options  the same, already as values
        Raises Interrupted after saving when `should_stop` says so, TrainingError when the loss is lost.
        """
        return train_model(
            self.settings,
            model,
            name,
            data=data,
            size=size,
            pairs=settings,
            options=options or {},
            resume=resume,
            listener=listener,
            should_stop=should_stop,
        )

    def sample(
        self, name: str, prompt: str = "", *, seed: int = 0, count: int = 1, options: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Texts by a model of the lab, each with the next seed. `options` are fields of `TextRequest`."""
        return write_samples(self.settings, name, prompt, seed, count, options or {})

    def models(self) -> tuple[ModelEntry, ...]:
        """The models of the lab."""
        return list_lab_models(self.settings)

    # ------------------------------------------------------------ inside

    def _engines(self, recipe: Recipe, language: str, chosen: Mapping[str, str] | None = None) -> dict[str, EngineRef]:
        settings = self.settings if chosen is None else self.settings.model_copy(update={"engines": dict(chosen)})
        home = settings.home
        return {name: engine_ref(settings.engine_id(name, language), home) for name in recipe.modalities}

    @contextmanager
    def _run(self, brief: Brief, place: str) -> Iterator[Run]:
        store = Store(self.settings.store_folder)
        run = Run(
            store,
            ThreadExecutor(self.settings.threads),
            self.listener,
            recipe=brief.recipe,
            work=place,
            brief=brief.model_dump_json(),
            person=self.settings.person,
        )
        outcome = "failed"
        try:
            yield run
            outcome = "done"
        except KeyboardInterrupt:
            outcome = "interrupted"
            run.stop()
            raise Interrupted("Stopped.", hint="Everything finished is kept; the same command goes on.") from None
        except Interrupted:
            outcome = "interrupted"
            raise
        finally:
            run.stop()
            run.close(outcome)
            store.close()

    def _produce(
        self,
        run: Run,
        recipe: Recipe,
        engines: dict[str, EngineRef],
        brief: Brief,
        plan: Plan,
        folder: Path,
        taken: Taken,
        strict: bool,
    ) -> Work:
        piece = recipe.make(Assignment(run, brief, plan, engines, taken.revisions, self.settings.gates))
        if strict:
            demand(all_scores(piece), piece.title)
        manifest = finish(
            run,
            piece,
            folder,
            epoch=self.settings.epoch,
            day=self.settings.day,
            brief=brief,
            plan=plan,
            revisions=taken.revisions,
            engines={name: ref.id for name, ref in engines.items()},
            draft_taken=taken.draft_digest,
        )
        return Work(folder, manifest, run.made, run.reused)


def all_scores(piece: Piece) -> Iterator[Score]:
    """The scores of the piece and of each of its parts."""
    yield from piece.scores
    for part in piece.parts:
        yield from part.scores
