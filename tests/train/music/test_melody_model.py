"""The model learns, goes on exactly where it stopped, writes what is asked and reads back; and as an engine."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from played import folk_tune, write_midi
from safetensors.torch import load_file

from miaobi.base.engine import MusicRequest
from miaobi.create.registry import describe_engine, engine_ref, known_engines
from miaobi.errors import EngineUnavailableError, GenerationError, InputError, Interrupted
from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.catalog import find_model, load_class
from miaobi.train.data.music import read_midi
from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.dataset import MusicDataset
from miaobi.train.export import export
from miaobi.train.folder import ModelFolder
from miaobi.train.language.transformer import TransformerModel
from miaobi.train.music.engine import LabMusicEngine
from miaobi.train.music.examples import IGNORED, held_out
from miaobi.train.music.melody import MelodyConfig, MelodyTask
from miaobi.train.options import LoopConfig, split_settings, validated
from miaobi.train.record import read_metrics
from miaobi.train.sample import Sample

Quick = Callable[..., ModelFolder]
CPU = torch.device("cpu")


def task(songs: MusicDataset, **settings: Any) -> MelodyTask:
    torch.manual_seed(1)
    config = MelodyConfig(**{"layers": 2, "heads": 2, "width": 48, "context": 256, "dropout": 0.0, **settings})
    return MelodyTask(find_model("melody"), config, [songs], LoopConfig(evaluate_examples=4), CPU)


# ---------------------------------------------------------------- learning


def test_it_overfits_one_batch(songs: MusicDataset) -> None:
    trained = task(songs)
    batch = trained.batch(0, 2)
    optimizer = torch.optim.Adam(trained.module.parameters(), lr=5e-3)
    for step in range(120):
        loss = trained.loss(batch, step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1


def test_every_parameter_gets_a_gradient(songs: MusicDataset) -> None:
    trained = task(songs)
    trained.loss(trained.batch(0, 4), 0).backward()
    for label, weight in trained.module.named_parameters():
        assert weight.grad is not None, label
        assert weight.grad.abs().max() > 0, label


def test_padding_and_the_size_of_a_batch_change_nothing(songs: MusicDataset) -> None:
    trained = task(songs)
    whole = trained.loss(trained.batch(0, 6), 0)
    parts = [trained.loss(trained.batch(place, 1), 0) for place in range(6)]
    assert whole.item() == pytest.approx(sum(part.item() for part in parts) / 6, rel=1e-4)
    batch = trained.batch(0, 6)
    assert batch.units == int((batch.tensors[1] != IGNORED).sum())


def test_the_evaluation_has_names_and_figures_of_the_data_beside_them(songs: MusicDataset) -> None:
    trained = task(songs)
    trained.module.eval()
    named = {result.name: result for result in trained.evaluate(trained.module)}
    assert list(named) == [
        "validation loss", "perplexity", "nats per note", "notes in key", "pitch-class entropy distance",
        "repeated bars", "ending on the keynote", "bars in a row from the data",
    ]  # fmt: skip
    assert named["perplexity"].value == pytest.approx(2.718281828 ** named["validation loss"].value, rel=1e-6)
    assert named["validation loss"].value < named["nats per note"].value < 3 * named["validation loss"].value
    assert 0 <= named["notes in key"].value <= 1
    assert named["notes in key"].unit == "(1.00 in the data)"
    assert named["ending on the keynote"].unit == "(1.00 in the data)"
    (few, *_), (everything, *_) = (held_out(songs.tunes("validation"), 256, limit) for limit in (1, None))
    assert len(few[0]) < len(everything[0])


@pytest.mark.parametrize("size", ["tiny", "small", "base"])
def test_every_size_is_valid(size: str) -> None:
    kind = find_model("melody")
    network, loop = split_settings(kind.size(size), load_class(kind.config))
    config = validated(load_class(kind.config), network)
    assert validated(LoopConfig, loop).steps >= 400
    with torch.device("meta"):
        module = TransformerModel(config, len(v.NAMES))
    least, most = {"tiny": (5e4, 2e5), "small": (1e6, 3e6), "base": (2e7, 6e7)}[size]
    assert least < sum(weight.numel() for weight in module.parameters()) < most


# ---------------------------------------------------------------- a run as a whole


def test_a_model_folder_has_tunes_and_pictures_of_them(quick_melody: Quick, music_studio: Studio) -> None:
    folder = quick_melody()
    names = {path.name for path in folder.path.iterdir()} - {".lock"}
    assert names == {
        "config.json", "weights.safetensors", "vocabulary.json", "card.json", "checkpoint", "metrics.jsonl",
        "report.html", "samples.txt", "samples", "tensorboard",
    }  # fmt: skip
    sheets = sorted(path.name for path in folder.sheets.iterdir())
    assert "step-00000004-1.mid" in sheets
    assert "final-3.png" in sheets
    (part,) = read_midi.read(folder.sheets / "final-1.mid").parts
    assert len(part.notes) > 5
    assert "16 bars" in folder.samples.read_text(encoding="utf-8")
    page = folder.report.read_text(encoding="utf-8")
    assert "data:image/png" in page
    assert "nats per note" in page
    (entry,) = music_studio.models()
    assert (entry.model, entry.state) == ("melody", "finished at step 8")
    described = json.loads(folder.config.read_text())["network"]
    assert described["meters"] == {"3/4": 12, "4/4": 12}


@pytest.mark.parametrize("more", [{}, {"ema": 0.9, "accumulate": 2, "optimizer": "muon"}])
def test_a_stopped_run_goes_on_exactly(quick_melody: Quick, more: dict[str, Any]) -> None:
    whole = quick_melody("whole", **more)
    asked = iter([False] * 5)
    with pytest.raises(Interrupted, match="miaobi train melody --name part --resume"):
        quick_melody("part", should_stop=lambda: next(asked, True), **more)
    part = quick_melody("part", resume=True)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    for name, tensor in load_file(whole.weights).items():
        assert torch.equal(tensor, load_file(part.weights)[name])
    for path in whole.sheets.iterdir():
        assert path.read_bytes() == (part.sheets / path.name).read_bytes()


def test_a_run_that_cannot_be_is_refused(quick_melody: Quick, music_studio: Studio) -> None:
    for given, said in (
        ({"context": 32}, "'context' cannot be used"),
        ({"condition_dropout": 1.5}, "'condition_dropout' cannot be used"),
        ({"data": "none"}, "no data set 'none'"),
    ):
        with pytest.raises(InputError, match=said):
            quick_melody(**given)
    assert music_studio.models() == ()


# ---------------------------------------------------------------- sampling


@pytest.fixture(scope="module")
def trained(music_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the model `m`."""
    home = tmp_path_factory.mktemp("trained-music")
    shutil.copytree(music_home / "lab", home / "lab")
    settings = {"layers": 2, "heads": 2, "width": 48, "context": 256, "dropout": 0.0, "batch": 8, "optimizer": "muon"}
    loop = {"steps": 60, "warmup": 5, "evaluate_every": 60, "evaluate_examples": 4, "sample_every": 60}
    Studio(load_settings({"home": home}, {})).train("melody", "m", data="songs", options={**settings, **loop})
    return home


def samples_of(home: Path, **options: Any) -> list[Sample]:
    return list(Studio(load_settings({"home": home}, {})).sample("m", **options))


def test_a_sample_is_a_tune_to_hear_to_see_and_to_edit(trained: Path) -> None:
    first, second = samples_of(trained, key="Eb", meter="3/4", mood="calm", bars=4, count=2, seed=5)
    assert first.text.startswith("Eb major, 3/4, calm, 4 bars, ")
    assert first.files.keys() == {".mid", ".png", ".wav"}
    assert first.files[".png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert first.files[".wav"][:4] == b"RIFF"
    score = read_midi.read_bytes(first.files[".mid"])
    assert (score.meter, score.fifths) == ((3, 4), -3)
    assert score.parts[0].name
    assert first.files[".mid"] != second.files[".mid"]
    (again,) = samples_of(trained, key="Eb", meter="3/4", mood="calm", bars=4, seed=6)
    assert again.files == second.files


def test_a_primer_is_gone_on_from(trained: Path, tmp_path: Path) -> None:
    primer = write_midi(tmp_path / "primer.mid", [folk_tune(9, bars=2)], key="C")
    (sample,) = samples_of(trained, primer=primer, bars=6, temperature=1.2, top_k=50, top_p=0.9)
    assert "4/4" in sample.text
    assert "6 bars" in sample.text
    (longer,) = samples_of(trained, primer=primer)
    assert "10 bars" in longer.text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"key": "H major"}, "'H major' is no key"),
        ({"meter": "11/8"}, "'11/8' is no meter.*There are: 2/4"),
        ({"mood": "green"}, "'green' is no mood.*calm"),
        ({"key": "C major", "mood": "sad"}, "sad is in minor, not in C major.*--mood calm"),
        ({"bars": 65}, "at most 64 bars, not 65"),
        ({"temperature": -1}, "--temperature cannot be -1"),
        ({"prompt": "a tune"}, "nothing to do with a prompt"),
    ],
)
def test_what_cannot_be_asked_is_said(trained: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        samples_of(trained, **options)


def test_primers_that_cannot_be_are_said(trained: Path, tmp_path: Path) -> None:
    good = write_midi(tmp_path / "good.mid", [folk_tune(9, bars=8)], key="C")
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"MThd")
    for options, said in (
        ({"primer": tmp_path / "none.mid"}, "cannot be read: No such file"),
        ({"primer": broken}, "cannot be read: it is damaged"),
        ({"primer": Path("a.txt")}, "no music file"),
        ({"primer": write_midi(tmp_path / "odd.mid", [folk_tune(1)], meter=(11, 8))}, "other meter"),
        ({"primer": good, "bars": 8}, "has 8 bars, and a tune of 8 has room for 7"),
        ({"primer": good, "meter": "4/4"}, "A primer decides"),
    ):
        with pytest.raises(InputError, match=said):
            samples_of(trained, **options)


# ---------------------------------------------------------------- as an engine


def ask(mood: str = "calm", seconds: float = 8, seed: int = 1) -> MusicRequest:
    return MusicRequest(mood=mood, duration_seconds=seconds, seed=seed)


@pytest.fixture
def engine(trained: Path) -> LabMusicEngine:
    return LabMusicEngine.open("m", trained)


def test_it_is_listed_with_its_credits(trained: Path) -> None:
    cards = {card.id: card for card in known_engines(trained) if card.id.startswith("music:lab")}
    assert list(cards) == ["music:lab/m"]
    card = cards["music:lab/m"]
    assert card.missing is None
    assert {"CC0", "GPL-2.0"} <= {credit.licence for credit in card.credits}
    assert "torch-" in card.fingerprint
    assert "symusic-" in card.fingerprint
    assert "m" not in [card.id.partition("/")[2] for card in known_engines(trained) if card.id.startswith("text:lab")]
    with pytest.raises(EngineUnavailableError, match="no model 'zzz'"):
        engine_ref("music:lab/zzz", trained)


@pytest.mark.parametrize("seconds", [0.05, 1.0, 7.3, 70.0])
def test_a_piece_is_as_long_as_asked(engine: LabMusicEngine, seconds: float) -> None:
    import wave

    result = engine.generate(ask(seconds=seconds))
    with wave.open(io.BytesIO(result.audio.read())) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(seconds, abs=1e-3)
    assert result.midi is not None
    score = read_midi.read_bytes(result.midi.read())
    assert score.tempo_bpm == pytest.approx(result.tempo_bpm, abs=0.01)
    ends = [note.start + note.length for part in score.parts for note in part.notes]
    assert max(ends) * 60 / result.tempo_bpm <= seconds + 0.05
    assert 20 < result.tempo_bpm < 400


def test_moods_and_seeds_make_other_pieces(engine: LabMusicEngine) -> None:
    asked = [ask(), ask(seed=2), ask("tense"), ask("warm"), ask("like rain on slate")]
    pieces = [engine.generate(request).audio.digest for request in asked]
    assert len(set(pieces)) == len(pieces)
    assert engine.generate(ask("peaceful")).key.endswith("major")


def test_a_long_piece_comes_again_and_is_written_once(engine: LabMusicEngine) -> None:
    result = engine.generate(ask("playful", seconds=90))
    assert result.midi is not None
    parts = {part.name: part.notes for part in read_midi.read_bytes(result.midi.read()).parts}
    assert len(parts) >= 4
    assert all(len(notes) > 10 for notes in parts.values())


def test_it_is_exported_and_runs_without_pytorch(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained / "lab", tmp_path / "lab")
    with_torch = LabMusicEngine.open("m", tmp_path).generate(ask())
    export(tmp_path, "m", "onnx")
    (tmp_path / "lab/models/m/weights.safetensors").unlink()
    code = (
        "import sys\n"
        "sys.modules['torch'] = None\n"
        "from pathlib import Path\n"
        "from miaobi.base.engine import MusicRequest\n"
        "from miaobi.train.music.engine import LabMusicEngine\n"
        f"engine = LabMusicEngine.open('m', Path({str(tmp_path)!r}))\n"
        "print(engine.generate(MusicRequest(mood='calm', duration_seconds=8, seed=1)).midi.digest)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert with_torch.midi is not None
    assert done.stdout.strip() == with_torch.midi.digest


def test_a_closed_engine_and_a_damaged_folder_say_so(trained: Path, tmp_path: Path) -> None:
    engine = LabMusicEngine.open("m", trained)
    engine.close()
    with pytest.raises(GenerationError, match="was closed"):
        engine.generate(ask())
    shutil.copytree(trained / "lab", tmp_path / "lab")
    folder = tmp_path / "lab" / "models" / "m"
    (folder / "vocabulary.json").write_text("[]")
    assert describe_engine("music:lab/m", tmp_path).fingerprint != describe_engine("music:lab/m", trained).fingerprint
    with pytest.raises(EngineUnavailableError, match="tokens of another version"):
        LabMusicEngine.open("m", tmp_path)
    (folder / "weights.safetensors").unlink()
    assert "is missing" in (describe_engine("music:lab/m", tmp_path).missing or "")
