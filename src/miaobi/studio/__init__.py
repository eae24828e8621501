"""`Studio`: the one facade. Library, command line and every other interface call it and nothing below it.

studio = Studio()
wanted = studio.brief("article", "why cities need trees")
work = studio.make(wanted.brief)
print(work.folder)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.base.disk import absolute, disk_errors, is_there, probe_folder
from miaobi.base.engine import EngineCard, EngineRef
from miaobi.base.executor import ThreadExecutor
from miaobi.base.piece import Piece, Score
from miaobi.base.run import Listener, Run
from miaobi.base.store import Store
from miaobi.brief.brief import Brief, describe_brief, parse_brief, read_brief_file, slug
from miaobi.brief.plan import Plan
from miaobi.create.registry import engine_ref, known_engines
from miaobi.errors import InputError, Interrupted, WorkChangedError
from miaobi.evaluate.gates import demand
from miaobi.publish.manifest import Manifest, read_manifest
from miaobi.publish.names import MANIFEST_NAME
from miaobi.recipes.assignment import Assignment, Published
from miaobi.recipes.catalog import Recipe, find_recipe, recipe_names, recipe_summary
from miaobi.settings import Settings, load_settings, without_modalities
from miaobi.studio.checking import LabelFinding, Report, check_file, check_work, verify_labels
from miaobi.studio.finishing import finish
from miaobi.studio.folders import WorkEntry, folder_for, list_works, work_folder
from miaobi.studio.health import Finding, examine
from miaobi.studio.lab import export_model, list_lab_models, sample_model, train_model, write_samples
from miaobi.studio.lab_data import DataSet, collect_data
from miaobi.studio.lab_pictures import breed_pictures, dream_picture
from miaobi.studio.lab_tune import tune_image_model, tune_text_model
from miaobi.studio.lab_words import draw_words, open_words
from miaobi.studio.revising import Taken, read_wanted, take_edits, take_instruction
from miaobi.train.data.kinds import tell_kind

if TYPE_CHECKING:
    from miaobi.train.events import ShouldStop, TrainListener
    from miaobi.train.folder import ModelEntry
    from miaobi.train.onnx_file import OnnxRecord
    from miaobi.train.run import Trained
    from miaobi.train.sample import Sample
    from miaobi.train.words.vectors import WordVectors

_MOST_ATTEMPTS = 20
"""At publishing a work; each failed one means that another process published one, so the last is far away."""

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
        data = read_brief_file(file) if file is not None else {}
        brief = parse_brief(words, data, {**(options or {}), "recipe": recipe})
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
        place = absolute(output or self.settings.output)
        probe_folder(place)
        with self._run(brief, str(place)) as run:
            plan = recipe.plan(run, brief, engines)
            return self._publish_new(_Order(run, recipe, engines, brief, plan, strict), place)

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

        A part that a person wrote is made again only with `unlock`. WorkChangedError when another process wrote the
        work meanwhile.
        """
        folder = work_folder(work)
        taken = take_edits(folder)
        manifest = read_manifest(folder)
        if part_id is not None:
            taken = take_instruction(taken, manifest, part_id, instruction, unlock=unlock)
        elif instruction:
            raise InputError(
                "An instruction needs the part it is about.",
                hint=f"Name it: --part ID. The parts are: {', '.join(p.id for p in manifest.parts if p.editable)}.",
            )
        brief, plan = read_wanted(manifest, folder)
        recipe = find_recipe(manifest.recipe)
        kept = without_modalities(self.settings.engines, manifest.chosen_engines)
        engines = self._engines(recipe, brief.language, {**kept, **manifest.chosen_engines})
        probe_folder(folder.parent)
        with self._run(brief, str(folder)) as run:
            return self._produce(_Order(run, recipe, engines, brief, plan, strict), folder, taken)

    # ------------------------------------------------------------ afterwards

    def check(self, path: Path) -> Report:
        """Scores, verdicts and labels of a work, or the labels and measures of one file."""
        with disk_errors(path):
            if not path.exists():
                raise InputError(f"There is nothing at {path}.", hint="`miaobi works` lists the works.")
            return check_work(path) if path.is_dir() or path.name == MANIFEST_NAME else check_file(path)

    def verify(self, path: Path) -> tuple[LabelFinding, ...]:
        """The labels that read back from one file."""
        with disk_errors(path):
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

    def data_kind(self, material: Sequence[Path]) -> str:
        """The kind of data set that these files and folders make: pictures, music or text."""
        return tell_kind(material).name

    def collect(
        self, material: Sequence[Path], options: Mapping[str, Any], *, kind: str | None = None, replace: bool = False
    ) -> DataSet:
        """A data set from files and folders, whole or not at all.

        kind     text, pictures or music; None looks at the material
        options  the fields of the kind's wish: TextWish, PictureWish, MusicWish

        InputError for unusable material, options that do not fit, a name that is taken; Interrupted leaves all as it
        was.
        """
        return collect_data(self.settings, self.listener, material, kind, options, replace=replace)

    def train(
        self,
        model: str,
        name: str,
        *,
        data: str | Sequence[str] = (),
        size: str | None = None,
        settings: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        resume: bool = False,
        listener: TrainListener | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Trained:
        """Train a model of the lab, or with `resume` go on where its training stopped.

        data      name of a data set, or several for a model that learns from several
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

    def sample(self, name: str, **options: Any) -> Iterator[Sample]:
        """Samples of a model of the lab, one after the other. `options` are fields of `SampleWish`.

        UnknownNameError when there is no such model, InputError for options that it does not take.
        """
        return sample_model(self.settings, name, options)

    def write_samples(
        self,
        name: str,
        output: Path | None = None,
        *,
        replace: bool = False,
        tell: Callable[[Sample], None] = lambda _sample: None,
        **options: Any,
    ) -> tuple[Path, ...]:
        """The same with their files written, all or none of them; the paths. `tell` gets each sample as it is made.

        output  a folder, or a path such as walk.mp4; None for NAME-samples in the current folder. Text goes into files
                only when it is given.
        InputError when there are files of that name and `replace` is False.
        """
        return write_samples(self.settings, name, options, output, tell, replace=replace)

    def export(self, name: str, to: str = "onnx") -> tuple[Path, OnnxRecord]:
        """Write a model of the lab in a form that runs without PyTorch; the file, and how well it agrees.

        InputError for kinds of models that cannot be exported, GenerationError when the outputs differ too much.
        """
        return export_model(self.settings, name, to)

    def breed(
        self, first: Path, second: Path, *, model: str, output: Path, replace: bool = False, **options: Any
    ) -> tuple[Path, str]:
        """A sheet of children of two pictures, found in the space of a model: the file, and what is on it.

        options  `count` of children, `seed`
        InputError when a picture cannot be read, the model cannot breed, or `output` is taken and `replace` is False.
        """
        return breed_pictures(
            self.settings, first, second, model=model, output=output, replace=replace, options=options
        )

    def dream(
        self, picture: Path, *, model: str, output: Path | None = None, replace: bool = False, **options: Any
    ) -> tuple[Path, str]:
        """A picture as a network dreams it (DeepDream): the file, and how it came about.

        model    name of a model of the lab, or the folder of a vision model with safetensors
        output   a PNG; None for NAME-dream.png in the current folder
        options  fields of `DreamWish`
        InputError when the picture or the model cannot be read, or there is no such layer.
        """
        place = output or Path(f"{picture.stem}-dream.png")
        return dream_picture(self.settings, picture, model=model, output=place, replace=replace, options=options)

    def tune_text(
        self,
        name: str,
        *,
        base: str | None = None,
        data: Path | None = None,
        size: str | None = None,
        settings: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        resume: bool = False,
        listener: TrainListener | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Trained:
        """Tune a language model on pairs of prompt and answer, or with `resume` go on; then write the adapter.

        base  text:llamacpp/gemma-270m, or another engine id or folder; data  JSONL of pairs
        Other arguments and errors as in `train`.
        """
        return tune_text_model(
            self.settings,
            name,
            base=base,
            data=data,
            size=size,
            pairs=settings,
            options=options or {},
            resume=resume,
            listener=listener,
            should_stop=should_stop,
        )

    def tune_image(
        self,
        name: str,
        *,
        base: str | None = None,
        data: str | None = None,
        prompt: str | None = None,
        class_data: str | None = None,
        size: str | None = None,
        settings: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        resume: bool = False,
        listener: TrainListener | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Trained:
        """Tune a diffusion pipeline on pictures, or with `resume` go on; then write the adapter.

        base    folder of a diffusers pipeline; data  name of a data set of pictures
        prompt  one for all pictures (DreamBooth); class_data  a data set of pictures of the class beside them
        Other arguments and errors as in `train`.
        """
        return tune_image_model(
            self.settings,
            name,
            base=base,
            data=data,
            prompt=prompt,
            class_data=class_data,
            size=size,
            pairs=settings,
            options=options or {},
            resume=resume,
            listener=listener,
            should_stop=should_stop,
        )

    def words(self, name: str) -> WordVectors:
        """Word vectors of the lab, to be asked: `.near("king")`, `.analogy("man", "king", "woman")`.

        UnknownNameError when there is no such model or word, InputError when the model has no word vectors.
        """
        return open_words(self.settings, name)

    def words_map(self, name: str, output: Path, *, count: int = 150, replace: bool = False) -> Path:
        """A PNG of the `count` most frequent words that say something, those used alike near each other: the file.

        InputError also when `output` is taken and `replace` is False.
        """
        return draw_words(self.settings, name, output, count, replace=replace)

    def models(self) -> tuple[ModelEntry, ...]:
        """The models of the lab."""
        return list_lab_models(self.settings)

    # ------------------------------------------------------------ inside

    def _engines(self, recipe: Recipe, language: str, chosen: Mapping[str, str] | None = None) -> dict[str, EngineRef]:
        settings = self.settings if chosen is None else self.settings.model_copy(update={"engines": dict(chosen)})
        ids = {modality: settings.engine_id(modality, language) for modality in recipe.modalities}
        _check_modalities({**settings.engines, **ids})
        return {modality: engine_ref(engine_id, settings.home) for modality, engine_id in ids.items()}

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

    def _publish_new(self, order: _Order, place: Path) -> Work:
        """Produce the work in the folder its brief has in `place`, or in a free one; looks again when it was taken."""
        name = slug(order.plan.title or order.brief.topic)
        attempts = 0
        while True:
            attempts += 1
            folder = folder_for(place, self.settings.day, name, order.brief, order.engine_ids)
            taken = take_edits(folder) if is_there(folder) else Taken()
            taken = replace(taken, published=Published())  # a work made again is written as well as we can today
            try:
                return self._produce(order, folder, taken)
            except WorkChangedError:  # another process took the name or revised the work; every step is kept
                if attempts == _MOST_ATTEMPTS:
                    raise

    def _produce(self, order: _Order, folder: Path, taken: Taken) -> Work:
        run, brief, plan = order.run, order.brief, order.plan
        given = (order.engines, taken.revisions, self.settings.gates, taken.published)
        piece = order.recipe.make(Assignment(run, brief, plan, *given))
        if order.strict:
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
            engines=order.engine_ids,
            draft_taken=taken.draft_digest,
            based_on=taken.based_on,
        )
        return Work(folder, manifest, run.made, run.reused)


@dataclass(frozen=True)
class _Order:
    """What one run is to make, whichever folder it ends up in."""

    run: Run
    recipe: Recipe
    engines: dict[str, EngineRef]
    brief: Brief
    plan: Plan
    strict: bool

    @property
    def engine_ids(self) -> dict[str, str]:
        return {modality: ref.id for modality, ref in self.engines.items()}


def _check_modalities(engines: Mapping[str, str]) -> None:
    """InputError for an engine of another modality than it is to be used for (`speech` or `speech.zh`)."""
    for use, engine_id in engines.items():
        modality = use.partition(".")[0]
        if ":" in engine_id and not engine_id.strip().startswith(f"{modality}:"):
            raise InputError(
                f"{engine_id} is set as the {use} engine, and is none.",
                hint=f"Name one whose id starts with {modality}: (see `miaobi engines`).",
            )


def all_scores(piece: Piece) -> Iterator[Score]:
    """The scores of the piece and of each of its parts."""
    yield from piece.scores
    for part in piece.parts:
        yield from part.scores
