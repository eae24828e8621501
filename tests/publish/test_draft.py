"""draft.md: everything a person wrote comes back, whatever their editor does, and nothing is lost silently."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from miaobi.base.piece import Part, Piece
from miaobi.errors import DraftError
from miaobi.publish.draft import changed_texts, editable_ids, parse_draft, read_draft, render_draft

IDS = ("title", "lead", "section-1.heading", "section-1.text", "cover.idea", "takeaways")


def of(texts: dict[str, str], language: str = "en") -> Piece:
    parts = [Part(id=i, kind=i.rpartition(".")[2], text=text, editable=True) for i, text in texts.items()]
    parts.append(Part(id="secret", kind="text", text="not to be edited"))
    return Piece(recipe="article", title="t", language=language, parts=tuple(parts))


def newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


AWKWARD_CHARACTERS = list("ab \t\n\r#-<!>&;\\|:0138miaobi树　。\x0b\x85\u2028\ufeff\x00")
awkward = st.text(alphabet=st.sampled_from(AWKWARD_CHARACTERS), max_size=60)
marker_like = st.sampled_from(
    [
        "<!-- miaobi: lead -->",
        "\\<!-- miaobi: lead -->",
        "<!-- miaobi lead",
        "miaobi: lead -->",
        "a\n\n\n\nb",
        "&#38;#38; &#x41;",
        "# title",
        "#",
        "-->",
        "\n \n",
        "  <!—miaobi：lead—>x",
    ]
)
texts = st.one_of(st.text(max_size=80), awkward, st.lists(st.one_of(marker_like, awkward), max_size=4).map("\n".join))


@given(st.tuples(*[texts] * len(IDS)), st.sampled_from(["en", "zh"]))
@example(("<!-- miaobi: lead -->",) * len(IDS), "en")
def test_every_text_comes_back_unchanged(values: tuple[str, ...], language: str) -> None:
    values = (f"T{values[0]}", *values[1:])  # a title has words
    piece = of(dict(zip(IDS, values, strict=True)), language)
    parsed = parse_draft(render_draft(piece), editable_ids(piece))
    assert parsed == {part_id: newlines(text) for part_id, text in zip(IDS, values, strict=True)}
    assert changed_texts(piece, parsed) == {}


@given(st.tuples(*[texts] * len(IDS)))
def test_what_editors_do_to_a_file_changes_nothing(values: tuple[str, ...]) -> None:
    piece = of(dict(zip(IDS, (f"T{values[0]}", *values[1:]), strict=True)))
    draft = render_draft(piece)
    wanted = parse_draft(draft, IDS)
    trailing = "\n".join(line + " \t" for line in draft.split("\n"))
    blank = "\n\n\n" + draft.replace("\n\n", "\n\n\n\n") + "\n\n"
    dashes = "\n".join(
        line.replace("--", "—").replace("miaobi:", "miaobi：") if line.startswith("<!-- miaobi:") else line
        for line in draft.split("\n")
    )
    for changed in ("\ufeff" + draft, draft.replace("\n", "\r\n"), trailing, blank, dashes, draft.rstrip("\n")):
        assert parse_draft(changed, IDS) == wanted


def test_a_draft_reads_well(piece: Piece) -> None:
    draft = render_draft(piece)
    own = {part.id: part.text for part in piece.parts if part.editable}
    assert f"\n# {own['title']}\n" in draft
    assert f"\n## {own['section-1.heading']}\n" in draft
    for text in own.values():
        assert text is not None
        assert text in draft
    label = "图注" if piece.language == "zh" else "caption under the picture"
    assert f"cover.caption | {label} -->" in draft
    assert draft.startswith("<!--\n")
    assert "cover.picture" not in editable_ids(piece)


def test_the_statement_is_seen_and_is_no_part(piece: Piece, statement: str) -> None:
    draft = render_draft(piece, statement)
    assert f"\n> {statement}\n" in draft
    assert parse_draft(draft, editable_ids(piece)) == parse_draft(render_draft(piece), editable_ids(piece))


def test_edits_are_found(piece: Piece) -> None:
    draft = render_draft(piece)
    old = piece.part("section-1.heading").text
    assert old is not None
    edited = draft.replace(f"## {old}", "A new heading without its sign")
    parsed = parse_draft(edited, editable_ids(piece))
    assert changed_texts(piece, parsed) == {"section-1.heading": "A new heading without its sign"}


def test_text_may_follow_the_marker_on_its_line() -> None:
    assert parse_draft("<!-- miaobi: lead --> Hello\nthere", ["lead"]) == {"lead": "Hello\nthere"}


GOOD = "<!--\nnote\n-->\n\n<!-- miaobi: title -->\n\n# T\n\n<!-- miaobi: lead -->\n\nL\n"


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (GOOD.replace("miaobi: lead", "miaobi: leed"), ['Line 9: there is no part "leed"', "Did you mean lead?"]),
        (GOOD + "\n<!-- miaobi: title -->\nagain", ["Line 13: part title has a second", "line 5", "delete the other"]),
        (GOOD.replace("miaobi: lead", "miaobi lead"), ["Line 9", "damaged", "<!-- miaobi: lead -->"]),
        (GOOD.replace("lead -->", "lead"), ["Line 9", "damaged", "<!-- miaobi: lead -->"]),
        (GOOD.replace("<!-- miaobi: lead", "miaobi: lead"), ["Line 9", "damaged", "<!-- miaobi: lead -->"]),
        ("Hello\n" + GOOD, ['Line 1: "Hello" stands before the first part marker', "Move it below"]),
        (GOOD.replace("-->\n\n<!-- miaobi: t", "--> stray\n\n<!-- miaobi: t"), ['Line 3: "stray" stands before']),
        (GOOD.replace("<!-- miaobi: lead -->\n", ""), ["marker of lead is gone", "after the text of title (line 5)"]),
        (GOOD.replace("<!-- miaobi: title -->\n", ""), ['Line 6: "# T" stands before']),
        ("", ["marker of title, lead is gone", "at the top"]),
        (GOOD.replace("# T", "# T\nmore"), ['Line 8: "more" stands below the line of title', "on one line"]),
        (GOOD.replace("# T", "# T\n\n\nmore"), ['Line 10: "more" stands below the line of title']),
        (GOOD.replace("# T\n", ""), ["Line 5: below the marker of title there is no title"]),
        (GOOD.replace("# T", "#"), ["Line 5: below the marker of title there is no title"]),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_the_way_out(draft: str, words: list[str]) -> None:
    with pytest.raises(DraftError) as caught:
        parse_draft(draft, ["title", "lead"])
    for expected in words:
        assert expected in str(caught.value)


def test_a_heading_is_one_line_and_may_be_taken_out() -> None:
    ids = ["title", "section-1.heading", "section-1.text"]
    draft = render_draft(of({"title": "T", "section-1.heading": "H", "section-1.text": "a\n\nb"}))
    assert parse_draft(draft.replace("## H\n", ""), ids)["section-1.heading"] == ""
    with pytest.raises(DraftError, match=r"below the line of section-1\.heading; a heading is one line"):
        parse_draft(draft.replace("## H\n", "## H\nand more\n"), ids)


def test_files_in_the_encodings_editors_write(tmp_path: Path) -> None:
    draft = render_draft(of({"title": "城市与树"}, "zh"))
    path = tmp_path / "draft.md"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(draft.encode(encoding))
        assert read_draft(path, ["title"]) == {"title": "城市与树"}
    path.write_bytes(draft.encode("gb18030"))
    with pytest.raises(DraftError, match="not UTF-8"):
        read_draft(path, ["title"])
    with pytest.raises(DraftError, match="no draft"):
        read_draft(tmp_path / "none.md", ["title"])


def test_normal_forms_are_left_alone() -> None:
    composed, decomposed = "é", unicodedata.normalize("NFD", "é")
    piece = of({"title": composed, "lead": decomposed})
    assert parse_draft(render_draft(piece), ["title", "lead"]) == {"title": composed, "lead": decomposed}
