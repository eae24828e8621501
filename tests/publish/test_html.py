"""The web page: complete, self-contained, escaped, and labelled."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from miaobi.base.asset import Asset
from miaobi.base.piece import Credit, Part, Piece
from miaobi.publish.html import make_html
from miaobi.publish.page_font import font_face, subset_font, wide_characters

ATTACK = '"><script>alert(1)</script>&<b>'


class Page(HTMLParser):
    """Tags with their attributes, and text by the tag around it."""

    VOID = frozenset(("meta", "link", "img", "source", "track"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(page)
        assert not self.open, f"unclosed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open:
            self.texts.setdefault(self.open[-1], []).append(" ".join(data.split()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(piece: Piece, statement: str = "") -> tuple[Page, str]:
    text = make_html(piece, statement, 0).read().decode()
    return Page(text), text


def test_the_page_holds_the_piece(piece: Piece, statement: str) -> None:
    page, _ = page_of(piece, statement)
    assert page.all("html")[0]["lang"] == ("zh-Hans" if piece.language == "zh" else "en")
    assert page.texts["h1"] == [piece.title] == page.texts["title"]
    headings = [part.text for part in piece.of_kind("heading")]
    assert [text for text in page.texts["h2"] if text in headings] == headings
    assert len(page.texts["li"]) >= 3
    pictures = page.all("img")
    for attributes, part_id in zip(pictures, ("cover", "section-1"), strict=True):
        assert attributes["alt"] == piece.part(f"{part_id}.alt").text
        asset = piece.part(f"{part_id}.picture").asset
        assert asset is not None
        source = attributes["src"] or ""
        assert base64.b64decode(source.removeprefix("data:image/png;base64,")) == asset.read()
    assert page.texts["figcaption"] == [part.text for part in piece.of_kind("caption")]
    assert any(attributes.get("name") == "viewport" for attributes in page.all("meta"))


def test_nothing_is_loaded_from_elsewhere(piece: Piece, statement: str) -> None:
    page, text = page_of(piece, statement)
    for tag, attributes in page.tags:
        for name in ("src", "srcset", "poster", "data", "action"):
            assert (attributes.get(name) or "data:").startswith("data:"), (tag, attributes)
        if tag == "link":
            assert (attributes["href"] or "").startswith("data:")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert style[1].count("url(") == style[1].count("url(data:font/woff;base64,")
    assert "@import" not in style[1]
    assert "<script" not in text


def test_the_statement_is_visible_at_the_top_and_the_bottom(piece: Piece, statement: str) -> None:
    page, text = page_of(piece, statement)
    assert page.texts["p"].count(statement) == 2
    assert text.index(statement, text.index("<body")) < text.index("<figure")
    assert text.rindex(statement) > text.index("<footer")
    unlabelled = page_of(piece, "")[1]
    assert "data-ai-statement" not in unlabelled
    assert statement not in unlabelled


def test_the_end_says_who_made_what(piece: Piece, statement: str) -> None:
    page, _ = page_of(piece, statement)
    assert page.texts["dt"][:1] == ["text:fake/plain"]
    assert "image:fake/hills" in page.texts["dt"]
    assert ("作者本人" if piece.language == "zh" else "A person") in page.texts["dt"]
    links = [attributes["href"] for attributes in page.all("a")]
    assert links[:2] == ["https://example.org/w", "https://example.org/b"]


def test_texts_and_addresses_cannot_inject_anything() -> None:
    credit = Credit(title=ATTACK, licence=ATTACK, url="javascript:alert(1)")
    picture = Asset.from_bytes(b"not shown", "image/png")
    parts = (
        Part(id="title", kind="title", text=ATTACK),
        Part(id="lead", kind="lead", text=ATTACK),
        Part(id="cover.picture", kind="picture", asset=picture, credits=(credit,)),
        Part(id="cover.alt", kind="alt", text=ATTACK),
        Part(id="cover.caption", kind="caption", text=ATTACK),
        Part(id="takeaways", kind="takeaways", text=f"- {ATTACK}"),
    )
    page, text = page_of(Piece(recipe="a", title=ATTACK, language="en", parts=parts, notes=(ATTACK,)), ATTACK)
    assert page.all("script") == page.all("b") == page.all("a") == []
    assert page.all("img")[0]["alt"] == ATTACK
    assert "javascript:" not in text
    assert page.texts["h1"] == [ATTACK]


def test_a_film_gets_a_player_and_a_transcript(film: Piece, statement: str) -> None:
    page, _ = page_of(film, statement)
    assert page.all("video")[0]["poster"] == "poster.png"
    assert page.all("source")[0] == {"src": "video.mp4", "type": "video/mp4"}
    track = page.all("track")[0]["src"] or ""
    captions = film.part("captions").asset
    assert captions is not None
    # Inside the page: browsers refuse to load a track from a file next to a page opened from disk.
    assert base64.b64decode(track.removeprefix("data:text/vtt;base64,")) == captions.read()
    said = [part.text for part in film.of_kind("narration")] + [film.part("closing").text]
    assert [text for text in page.texts["p"] if text in said] == said
    assert [text for text in page.texts["h2"] if text in ("On the last picture", "片尾画面")]
    ends = [attributes for attributes in page.all("aside") if attributes.get("class") == "closing"]
    assert len(page.all("section")) == 2, "nobody speaks the closing line, so it is no scene of the transcript"
    assert len(ends) == 1
    assert [attributes["src"] for attributes in page.all("img")] == ["assets/scene-1.png", "assets/scene-2.png"]


def test_the_same_piece_gives_the_same_bytes(piece: Piece, statement: str) -> None:
    assert make_html(piece, statement, 1) == make_html(piece, statement, 1)


def test_chinese_pages_bring_their_characters_along(piece: Piece, statement: str) -> None:
    """No typeface of the reader's device is needed for any of them; the licence is named."""
    page, text = page_of(piece, statement)
    fonts = re.findall(r"url\(data:font/woff;base64,([^)]+)\)", text)
    if piece.language == "en":
        assert fonts == []
        assert "OFL-1.1" not in text
        return
    (encoded,) = fonts
    with TTFont(io.BytesIO(base64.b64decode(encoded))) as font:
        covered = font.getBestCmap()
    shown = "".join(text for texts in page.texts.values() for text in texts)
    assert {c for c in shown if "\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef"} <= set(map(chr, covered))
    assert len(base64.b64decode(encoded)) < 300 * len(covered)
    assert "OFL-1.1" in " ".join(page.texts["li"])
    css = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert css is not None
    for family in re.findall(r"--(?:serif|sans):([^;]+);", css[1]):
        named = [name.strip() for name in family.split(",") if '"' in name]
        assert named[-1] == '"Miaobi CJK"', "what the device has goes first"


def test_a_font_has_the_shapes_of_the_language_and_no_clock_in_it() -> None:
    """The full stop stands in the corner of its square in simplified, in the middle in traditional Chinese."""
    assert subset_font("骨，。", "zh-Hans") == subset_font("骨，。", "zh-Hans")
    centres = {}
    for language in ("zh-Hans", "zh-Hant"):
        with TTFont(io.BytesIO(subset_font("骨，。", language))) as font:
            pen = BoundsPen(font.getGlyphSet())
            font.getGlyphSet()[font.getBestCmap()[ord("。")]].draw(pen)
            centres[language] = (pen.bounds[0] + pen.bounds[2]) / 2
    assert centres["zh-Hans"] < 300 < 450 < centres["zh-Hant"] < 550
    assert font_face("", "zh-Hans") == ""
    assert wide_characters("Trees 树，树“是” AI") == "是树，"
