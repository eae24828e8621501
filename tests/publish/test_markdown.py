"""article.md: text stays text. Read back with an independent CommonMark parser."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from miaobi.base.piece import Part, Piece
from miaobi.publish.markdown import escape_markdown, to_markdown

TRICKS = [
    "*not bold* and _not_ italic",
    "# not a heading",
    "1. not a list",
    "1) nor this",
    "- nor this",
    "+ nor this",
    "> not a quotation",
    "<b>not bold</b> <script>alert(1)</script>",
    "[a](b) ![c](d) [e]: f",
    "$x$ and `code` and ~~gone~~",
    "a | b",
    "&amp; &copy; &#65;",
    "back\\slash \\* end\\",
    "---",
    "===",
    "    four spaces",
    "www.example.org and https://example.org/a_b_c",
    "C#",
    "～～ 中文＊号＊",
]


def read_text(markdown: str) -> list[tuple[str, str]]:
    """(block kind, text) of every leaf block; fails on any inline markup."""
    blocks = []
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    for index, token in enumerate(tokens):
        if token.type == "inline":
            children = token.children or []
            assert {child.type for child in children} <= {"text", "text_special"}, children
            blocks.append((tokens[index - 1].tag, "".join(child.content for child in children)))
        else:
            assert token.type in {"paragraph_open", "paragraph_close", "heading_open", "heading_close"}, token
    return blocks


@given(st.one_of(st.text(max_size=60), st.text(alphabet="*_[]()<>&#|`~$^1.-+= \\!:ab", max_size=40)))
@example("1.")
@example("~~~")
@example("a  ")
def test_any_text_is_one_paragraph_that_reads_the_same(text: str) -> None:
    words = " ".join(text.replace("\x00", "").split())
    expected = [("p", words)] if words else []
    assert read_text(escape_markdown(text.replace("\x00", ""))) == expected


@pytest.mark.parametrize("trick", TRICKS)
def test_nothing_in_a_piece_becomes_markup(trick: str) -> None:
    parts = (
        Part(id="title", kind="title", text=trick),
        Part(id="section-1.heading", kind="heading", text=trick),
        Part(id="section-1.text", kind="text", text=f"{trick}\n\n{trick}"),
    )
    piece = Piece(recipe="article", title=trick, language="en", parts=parts)
    words = " ".join(trick.split())
    body = to_markdown(piece).split("\n---\n")[0]
    assert read_text(body) == [("h1", words), ("h2", words), ("p", words), ("p", words)]


def test_the_whole_piece_is_there_in_order(piece: Piece, statement: str) -> None:
    html = MarkdownIt("commonmark").render(to_markdown(piece, statement))
    places = [html.index(part.text) for part in piece.parts if part.text and part.kind in {"title", "lead", "heading"}]
    assert places == sorted(places)
    assert html.count(statement) == 2
    cover = piece.part("cover.alt").text
    assert f'<img src="assets/cover.png" alt="{cover}"' in html
    assert f"<em>{piece.part('cover.caption').text}</em>" in html
    idea = piece.part("cover.idea").text
    assert idea is not None
    assert idea not in html
    assert html.count("<li>") == 3 + 3 + 2  # takeaways, makers, credits


def test_without_a_statement_nothing_claims_to_be_generated(piece: Piece) -> None:
    assert "generated" not in to_markdown(piece)
    assert "AI生成" not in to_markdown(piece)
