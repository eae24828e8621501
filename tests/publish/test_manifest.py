"""manifest.json: complete, stable, checked against its published schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from miaobi.base.piece import PERSON, Credit, Maker, Outcome, Part, Piece
from miaobi.base.run import StepRecord
from miaobi.errors import InputError, StoreVersionError
from miaobi.publish.authorship import Authorship, authorship, percentages, unique_credits
from miaobi.publish.bundle import plain_files
from miaobi.publish.manifest import (
    FORMAT,
    LabelRecord,
    Manifest,
    Verdict,
    build_manifest,
    piece_of,
    read_manifest,
    schema_json,
    to_json,
    write_schema,
)

SCHEMA = Path(__file__).parents[2] / "docs" / "manifest.schema.json"
ENGINE = Maker(kind="engine", id="text:fake/a", fingerprint="1")


def full(piece: Piece) -> Manifest:
    return build_manifest(
        piece,
        name="2026-11-21-树",
        files=plain_files(piece),
        created="2026-11-21",
        brief={"idea": "trees", "facts": ["one", "two"], "length": 800},
        plan={"sections": [{"heading": "Shade"}]},
        labels=[LabelRecord(file="a.png", label="statement", text="AI生成", where="corner", verified=True)],
        steps=[
            StepRecord(step="write", version=1, key="k1"),
            StepRecord(step="draw", version=2, key="k2", after=("k1",)),
        ],
        verdicts=[
            Verdict(part="title", outcome=Outcome.PASSED),
            Verdict(part="", outcome=Outcome.FLAGGED, flagged=("x",)),
        ],
    )


def test_the_published_schema_is_current(tmp_path: Path) -> None:
    assert SCHEMA.read_bytes() == schema_json(), "run: python -m miaobi.publish.manifest --schema"
    write_schema(tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_bytes() == schema_json()


def test_a_real_manifest_satisfies_the_schema_and_comes_back(piece: Piece, tmp_path: Path) -> None:
    manifest = full(piece)
    data = to_json(manifest)
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(data), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**json.loads(data), "surprise": 1}, schema)
    (tmp_path / "manifest.json").write_bytes(data)
    assert read_manifest(tmp_path) == manifest == read_manifest(tmp_path / "manifest.json")


def test_it_holds_everything_about_the_piece(piece: Piece) -> None:
    manifest = full(piece)
    cover = next(part for part in manifest.parts if part.id == "cover.picture")
    assert cover.file == "assets/cover.png"
    files = {file.name: file for file in manifest.files}
    assert cover.asset is not None
    assert files["assets/cover.png"].digest == cover.asset.digest
    assert files["draft.md"].media_type == "text/markdown"
    assert [engine.id for engine in manifest.engines] == ["image:fake/hills", "text:fake/plain"]
    assert [credit.title for credit in manifest.credits] == ["Plain writer", "Hill brushes"]
    assert manifest.steps[1].after == ("k1",)
    assert piece_of(manifest) == piece.model_copy(update={"credits": manifest.credits})


def test_equal_manifests_give_equal_bytes(piece: Piece) -> None:
    assert to_json(full(piece)) == to_json(full(piece))
    text = to_json(full(piece)).decode()
    assert "2026-11-21-树" in text  # readable, not escaped
    assert text.endswith("}\n")
    keys = list(json.loads(text))
    assert keys == sorted(keys)


def test_assets_are_found_in_the_folder(piece: Piece, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    for name, asset in plain_files(piece).items():
        (tmp_path / name).write_bytes(asset.read())
    (tmp_path / "manifest.json").write_bytes(to_json(full(piece)))
    again = piece_of(read_manifest(tmp_path)).part("cover.picture").asset
    original = piece.part("cover.picture").asset
    assert again is not None
    assert original is not None
    assert again.read() == original.read()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no work at .*nowhere"):
        read_manifest(tmp_path / "nowhere")
    file = tmp_path / "manifest.json"
    for content, words in (
        (b"{", "not JSON"),
        (b"[]", "no JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"format": 1, "name": "x"}', "at recipe, field required"),
        (b'{"format": 0, "name": "x", "recipe": "r", "language": "en", "title": "t"}', "at format"),
    ):
        file.write_bytes(content)
        with pytest.raises(InputError, match=words):
            read_manifest(tmp_path)
    file.write_text(json.dumps({"format": FORMAT + 1, "unheard": "of"}))
    with pytest.raises(StoreVersionError, match="pip install --upgrade"):
        read_manifest(tmp_path)


def test_authorship_counts_visible_characters() -> None:
    parts = (
        Part(id="a", kind="text", text="four four", made_by=(ENGINE,)),  # 8
        Part(id="b", kind="text", text="人写的字", made_by=(PERSON,)),  # 4
        Part(id="c", kind="text", text="both", made_by=(ENGINE, PERSON)),  # 4
        Part(id="d", kind="idea", text="never read by anyone", made_by=(PERSON,)),
    )
    piece = Piece(recipe="r", title="t", language="en", parts=parts)
    assert authorship(piece) == Authorship(characters=16, engine=0.5, person=0.25, both=0.25)
    assert authorship(piece.model_copy(update={"parts": ()})) == Authorship()


def test_percentages_add_up_and_forget_nobody() -> None:
    assert percentages(Authorship(characters=9, person=0.001, engine=0.999)) == {"person": 1, "engine": 99, "both": 0}
    third = percentages(Authorship(characters=9, person=1 / 3, engine=1 / 3, both=1 / 3))
    assert sum(third.values()) == 100
    assert percentages(Authorship()) == {"person": 0, "engine": 0, "both": 0}


def test_credits_are_named_once_with_all_their_uses() -> None:
    font = Credit(title="Font", licence="OFL-1.1", use="titles")
    merged = unique_credits([font, font, font.model_copy(update={"use": "labels"}), Credit(title="B", licence="MIT")])
    assert [(credit.title, credit.use) for credit in merged] == [("Font", "titles; labels"), ("B", "")]


def test_manifests_from_before_measured_scores_and_verdicts_are_read(piece: Piece, tmp_path: Path) -> None:
    data = json.loads(to_json(full(piece)))
    score = {"name": "pace", "value": 1.0, "unit": "", "better": "higher", "bar": None, "outcome": "passed"}
    old = {**data, "verdicts": [], "scores": [score]}
    for part in old["parts"]:
        part["made_by"] = [{"kind": m["kind"], "id": m["id"], "fingerprint": m["fingerprint"]} for m in part["made_by"]]
    (tmp_path / "manifest.json").write_text(json.dumps(old), encoding="utf-8")
    again = read_manifest(tmp_path)
    assert again.scores[0].outcome is Outcome.PASSED
    assert again.verdicts == ()
    assert all(maker.is_model for part in again.parts for maker in part.made_by)
