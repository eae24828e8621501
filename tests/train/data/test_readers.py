"""Each reader on a file the test makes, whole and broken."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest

from miaobi.train.data import read_docx, read_epub, read_html, read_jsonl, read_markdown, read_text, reading
from miaobi.train.data.encoding import detect_encoding
from miaobi.train.data.reading import CUT_CHARACTERS, UnreadableError, cut

CHINESE = "故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。"
TRADITIONAL = "鳴笳臨樂館，眺聽歡芳節。急管韻朱絃，清歌凝白雪。雲日隱層闕，風煙出綺疎。"


def read_all(reader: reading.Reader, path: Path, reports: list[str] | None = None) -> list[str]:
    return list(reader(path, (reports if reports is not None else []).append))


# ------------------------------------------------------------ plain text


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("plain words", "ascii", "utf-8"),
        (f"café {CHINESE}", "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "gb18030", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (f"An English page about 黄鹤楼 and 扬州.\n{CHINESE}", "gb18030", "gb18030"),
        ("我們的國家是一個很大的地方，這裡有很多人。他們說：你從那裡來？", "big5", "big5"),
        ("Un été à l'hôtel, où le garçon a reçu une forêt de fées.", "cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, text: str, encoding: str, told: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode(encoding))
    assert detect_encoding(path) == told
    assert read_all(read_text.read, path) == [text]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9)
    with pytest.raises(UnreadableError, match="not text"):
        read_all(read_text.read, path)


def test_a_book_is_cut_at_blank_lines_and_nothing_is_lost(tmp_path: Path) -> None:
    stanzas = [f"Stanza {number}\n  and its second line\nand its third" for number in range(900)]
    path = tmp_path / "book.txt"
    path.write_text("\n\n".join(stanzas), encoding="utf-8")
    documents = read_all(read_text.read, path)
    assert len(documents) > 5
    assert "\n\n".join(documents).split("\n\n") == stanzas
    assert all(CUT_CHARACTERS / 4 <= len(document) < 1.5 * CUT_CHARACTERS for document in documents)


def test_a_text_without_any_line_end_is_cut_too() -> None:
    text = "0123456789" * 6000
    documents = list(cut([text]))
    assert "".join(documents) == text
    assert max(map(len, documents)) <= 2 * CUT_CHARACTERS


def test_a_novel_without_blank_lines_is_cut_at_line_ends(tmp_path: Path) -> None:
    lines = [f"\u3000\u3000第{number}段，" + "山水" * (number % 60) + "。" for number in range(900)]
    path = tmp_path / "novel.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    documents = read_all(read_text.read, path)
    assert "\n".join(documents).split("\n") == lines
    assert all(CUT_CHARACTERS / 4 <= len(document) < 1.5 * CUT_CHARACTERS for document in documents)


def test_the_licence_around_a_gutenberg_book_goes(tmp_path: Path) -> None:
    path = tmp_path / "pg.txt"
    path.write_text(
        "Title: X\n\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\nThe book.\n\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK X ***\nLicence",
        encoding="utf-8",
    )
    assert read_all(read_text.read, path) == ["The book."]


# ------------------------------------------------------------ JSON Lines


def test_records_of_three_shapes(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    records = [
        {"text": "One text."},
        {"title": "静夜思", "author": "李白", "lines": ["床前明月光", "疑是地上霜"]},
        {"prompt": "Two and two?", "completion": "Four."},
        {"title": "", "lines": ["a", "", "b"]},
    ]
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    assert read_all(read_jsonl.read, path) == [
        "One text.", "静夜思\n床前明月光\n疑是地上霜", "Two and two?\nFour.", "a\n\nb",
    ]  # fmt: skip


def test_bad_lines_are_left_out_and_reported_once(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"text": "good"}\nnot json\n[1]\n{"text": 5}\n\n' + "[" * 100_000 + "\n", encoding="utf-8")
    reports: list[str] = []
    assert read_all(read_jsonl.read, path, reports) == ["good"]
    assert reports == ["4 of its lines left out; line 2: it is not JSON"]
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(UnreadableError, match="it has none of text, title and lines"):
        read_all(read_jsonl.read, path)


# ------------------------------------------------------------ Markdown, HTML


def test_markdown_without_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(
        "---\nlayout: post\n---\n# The *sea*\n\nA [link](http://x.y/z) and **bold**\nsecond line\n\n- one\n- two\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n<div class='x'>\n</div>\n\n![alt](p.png)\n\n```\ncode here\n```\n",
        encoding="utf-8",
    )
    (text,) = read_all(read_markdown.read, path)
    assert text == "The sea\n\nA link and bold\nsecond line\n\none\n\ntwo\n\na\tb\n\n1\t2\n\ncode here"


PAGE = """<!DOCTYPE html><html><head><title>T</title><style>p {{}}</style></head><body>
<header><h1>Site</h1></header><nav><a href="/">Home</a></nav>
<main><article><header><h2>The heading</h2></header><p>First <b>bold</b>
   words.<!-- note --> More.</p><p>Line one<br>Line two</p><script>var x = 1;</script>
<pre>  kept
    as is</pre><aside>advert</aside><ul><li>one</li><li>two</li></ul>{more}</article></main>
<div hidden>secret</div><footer>Imprint</footer></body></html>"""


def test_a_web_page_without_menus_scripts_and_footers(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(more="<p>Café 茶</p>"), encoding="utf-8")
    (text,) = read_all(read_html.read, path)
    assert text == (
        "The heading\n\nFirst bold words. More.\n\nLine one\nLine two\n\n  kept\n    as is\n\none\n\ntwo\n\nCafé 茶"
    )


def test_a_page_in_the_encoding_it_names(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    page = f'<html><head><meta charset="gb2312"></head><body><p>{CHINESE}</p></body></html>'
    path.write_bytes(page.encode("gb18030"))
    assert read_all(read_html.read, path) == [CHINESE]


def test_a_deeply_nested_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<div>" * 1500 + "bottom" + "</div>" * 1500 + "<p>after</p>", encoding="utf-8")
    assert read_all(read_html.read, path) == ["bottom\n\nafter"]
    path.write_text("<div>" * 5000 + "bottom" + "</div>" * 5000 + "<p>after</p>", encoding="utf-8")
    with pytest.raises(UnreadableError, match="nested too deeply"):
        read_all(read_html.read, path)


def test_an_empty_page_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_bytes(b"")
    with pytest.raises(UnreadableError, match="not HTML"):
        read_all(read_html.read, path)


# ------------------------------------------------------------ EPUB, DOCX


def epub(path: Path, chapters: dict[str, str | None], *, extra: dict[str, str] | None = None) -> Path:
    items = "".join(
        f'<item id="c{i}" href="{name}" media-type="application/xhtml+xml"/>' for i, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        book.writestr(
            "OPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
            '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
            f'{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>',
        )
        book.writestr("OPS/nav.xhtml", "<html><body><p>Contents</p></body></html>")
        for name, text in chapters.items():
            if text is not None:
                page = f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{text}</body></html>'
                book.writestr(f"OPS/{name.replace('%20', ' ')}", page)
        for name, text in (extra or {}).items():
            book.writestr(name, text)
    return path


def test_the_chapters_of_a_book_in_order(tmp_path: Path) -> None:
    path = epub(
        tmp_path / "b.epub", {"z%20one.xhtml": "<h1>One</h1><p>第一章</p>", "a.xhtml": "<p>Two</p>", "no.xhtml": None}
    )
    reports: list[str] = []
    assert read_all(read_epub.read, path, reports) == ["One\n\n第一章", "Two"]
    assert reports == ["OPS/no.xhtml: OPS/no.xhtml is missing in it"]


def test_a_copy_protected_book_is_refused(tmp_path: Path) -> None:
    listed = '<encryption><CipherReference URI="OPS/a.xhtml"/></encryption>'
    path = epub(tmp_path / "b.epub", {"a.xhtml": "x"}, extra={"META-INF/encryption.xml": listed})
    with pytest.raises(UnreadableError, match="copy-protected"):
        read_all(read_epub.read, path)


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"<w>" + b" " * (48 << 20))
    assert path.stat().st_size < 100_000
    with pytest.raises(UnreadableError, match="no text does"):
        read_all(read_docx.read, path)


def test_entities_are_not_expanded_and_files_not_included(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET", encoding="utf-8")
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaa">]>'
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>seen</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>&e;&a;</w:t></w:r></w:p></w:body></w:document>"
    )
    path = tmp_path / "x.docx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", body)
    assert read_all(read_docx.read, path) == ["seen"]


def test_a_word_document(tmp_path: Path) -> None:
    path = tmp_path / "w.docx"
    document = docx.Document()
    document.add_heading("标题", 1)
    paragraph = document.add_paragraph("First ")
    paragraph.add_run("bold").bold = True
    paragraph.add_run(" end").add_break()
    paragraph.add_run("next line")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    document.sections[0].header.paragraphs[0].text = "running head"
    document.save(str(path))
    assert read_all(read_docx.read, path) == ["标题\n\nFirst bold end\nnext line\n\nleft\n\nright"]


def test_verse_in_a_word_document_keeps_its_stanzas(tmp_path: Path) -> None:
    path = tmp_path / "v.docx"
    document = docx.Document()
    for line in ("one", "two", "", "three", "four", ""):
        document.add_paragraph(line)
    document.save(str(path))
    assert read_all(read_docx.read, path) == ["one\ntwo\n\nthree\nfour"]


@pytest.mark.parametrize("reader", [read_epub.read, read_docx.read])
def test_broken_archives_are_unreadable(tmp_path: Path, reader: reading.Reader) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        file.writestr("word/document.xml", "<w><p>no end")
        file.writestr("META-INF/container.xml", "<c/>")
    for data in (b"", b"PK\x03\x04 nonsense", whole.getvalue(), whole.getvalue()[:60]):
        path = tmp_path / "broken"
        path.write_bytes(data)
        with pytest.raises(UnreadableError):
            read_all(reader, path)
