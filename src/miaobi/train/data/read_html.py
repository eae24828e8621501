"""Web pages: what a reader came for, without menus, scripts, headers and footers of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from miaobi.train.data.encoding import decode
from miaobi.train.data.reading import Report, UnreadableError, cut, read_whole

_NOT_TEXT: Final = (
    "script style noscript template nav aside footer form button select textarea iframe object svg math canvas video "
    "audio map head dialog menu"
)
_NOT_TEXT_ROLES: Final = "navigation banner contentinfo search complementary menu menubar dialog"
_BLOCK_NAMES: Final = (
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 "
    "header hr html li main ol p pre section summary table tbody tfoot thead tr ul"
)
_LEFT_OUT: Final = frozenset(_NOT_TEXT.split())
_LEFT_OUT_ROLES: Final = frozenset(_NOT_TEXT_ROLES.split())
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_META_CHARSET: Final = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE
)
_XML_HEAD: Final = re.compile(r"\A\s*<\?xml[^>]*\?>")
_MAIN_SHARE: Final = 0.5


def read(path: Path, report: Report) -> Iterator[str]:  # noqa: ARG001 - every reader has it
    """Documents of about 4,000 characters of the page's main text."""
    return cut(html_blocks(read_whole(path)))


def html_blocks(data: bytes) -> list[str]:
    """The blocks of text of an HTML or XHTML page. UnreadableError when there is no page in it."""
    from lxml import etree, html

    declared = _META_CHARSET.search(data[:4096])
    text = _XML_HEAD.sub("", decode(data, declared.group(1).decode("ascii") if declared else None).lstrip("\ufeff"))
    if "\0" in text[:4096]:
        raise UnreadableError("it is not HTML")
    parser = html.HTMLParser(no_network=True, huge_tree=True)  # read_whole has seen to the size
    try:
        page = html.document_fromstring(text.replace("\0", ""), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError(f"it is not HTML ({error})") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableError("its elements are nested too deeply")
    return _walk(_main_part(page))


def _main_part(page: Any) -> Any:
    """The one <main> or <article> when it holds most of the words, else the page."""
    for name in ("main", "article"):
        found = page.findall(f".//{name}")
        if len(found) == 1 and len("".join(found[0].itertext())) >= _MAIN_SHARE * len(_all_words(page)):
            return found[0]
    return page


def _all_words(page: Any) -> str:
    return "".join(page.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))


def _walk(root: Any) -> list[str]:
    """The text below an element, block by block; no recursion, since pages may be nested deeply."""
    from lxml import etree

    page = _Page()
    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            if skipped is None and element is not root:
                page.say(element.tail)
        elif event == "start":
            if skipped is None and _is_left_out(element):
                skipped = element
            elif skipped is None:
                page.open(element.tag)
                page.say(element.text)
        else:
            if skipped is None:
                page.close(element.tag)
            elif skipped is element:
                skipped = None
            if skipped is None and element is not root:
                page.say(element.tail)
    return page.finished()


def _is_left_out(element: Any) -> bool:
    if element.tag in _LEFT_OUT or element.get("role") in _LEFT_OUT_ROLES:
        return True
    if element.tag == "header":  # an article's own header is its title; the site's is a menu
        return not any(above.tag in {"article", "main", "section"} for above in element.iterancestors())
    return element.get("hidden") is not None or element.get("aria-hidden") == "true"


class _Page:
    """Text being gathered into blocks."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._parts: list[str] = []
        self._verbatim = 0

    def open(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        self._verbatim += tag == "pre"
        if tag == "br":
            self._parts.append("\n")
        elif tag in {"td", "th"} and self._parts:
            self._parts.append("\t")

    def close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        self._verbatim -= tag == "pre"

    def say(self, text: str | None) -> None:
        if text:
            self._parts.append(text if self._verbatim else re.sub(r"[ \t\n\r\f]+", " ", text))

    def finished(self) -> list[str]:
        self._end_block()
        return self._blocks

    def _end_block(self) -> None:
        text = "".join(self._parts)
        if not self._verbatim:
            text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text)).strip(" \n\t")
        if text.strip():
            self._blocks.append(text.strip("\n"))
        self._parts.clear()
