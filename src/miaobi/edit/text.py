"""Text as a careful editor leaves it: tidy marks, whole sentences, proper paragraphs. Words are never changed."""

from __future__ import annotations

import re
from collections.abc import Callable

from miaobi.edit.text_sentences import (
    drop_unfinished,
    first_sentences,
    sentence_spans,
    split_sentences,
    to_paragraphs,
)

__all__ = ["drop_unfinished", "first_sentences", "split_sentences", "tidy_text", "to_paragraphs"]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TAGS = (
    "a|abbr|b|big|blockquote|body|br|center|cite|code|div|em|figcaption|figure|font|footer|h[1-6]|head|header|hr|html|i|"
    "img|li|main|mark|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul"
)
_MARKUP = re.compile(
    rf"<!--.*?-->|</?(?:{_TAGS})(?:\s[^<>]*)?/?>|</?(?:start|end)_of_\w+>|<(?:bos|eos|pad|unk|mask|unused\d+)>|<\|\w+\|>|"
    r"^[ \t]{0,3}#{1,6}[ \t]+|^[ \t]*[-*•][ \t]+(?=\S)|^[ \t]*```\w*[ \t]*$|^[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,})[ \t]*$|"
    r"\*{2,3}(?=\S)|(?<=\S)\*{2,3}|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)|`+",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")
_BLOCK = re.compile(r"</?(?:p|br|div|li|h[1-6]|blockquote|tr)\b[^<>]*>", re.IGNORECASE)
_BULLETS = re.compile(r"^[ \t]*[-*•][ \t]+(?=\S)", re.MULTILINE)
_SIGN = re.compile(r"^[ \t]*-[ \t]+(?=\d[\d.,]*\s*(?:degrees?\b|°|℃|%|per ?cent\b|度))", re.MULTILINE | re.IGNORECASE)
"""A minus set apart from a number that may well be below nought."""
_MOST_PASSES = 8


def tidy_text(text: str, language: str) -> str:
    """The same words with their marks and spaces in order.

    Repairs broken encodings (ftfy), takes out markup left over from a model (tags, `**`, `###`, bullets, special
    tokens), and settles white space, double quotes (“ ” in English and Chinese), apostrophes, dashes, ellipses, doubled
    marks, spaces before marks and capitals at the start of sentences. Chinese gets full-width marks and a space
    between Han characters and Latin words. Tidying what is tidy changes nothing.
    """
    primary = language.lower().split("-")[0]
    passes: list[Callable[[str], str]] = [_repair, _strip_markup, _settle_space]
    if primary == "zh":
        passes += [_settle_chinese, _curl_quotes, _settle_space]
    elif primary == "en":
        passes += [_settle_english, _curl_quotes, _settle_space, _capitalise]
    else:
        passes += [_settle_marks, _settle_space]
    for _ in range(_MOST_PASSES):  # one change may uncover another, e.g. a tag inside a tag
        before = text
        for settle in passes:
            text = settle(text)
        if text == before:
            break
    return text


def _repair(text: str) -> str:
    import ftfy

    # widths and curly quotes are matters of language, decided below
    # and "<" is no sign here that the text is meant as HTML source: tags are taken out
    return ftfy.fix_text(text, unescape_html=True, uncurl_quotes=False, fix_character_width=False, normalization="NFC")


def _strip_markup(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    text = _BLOCK.sub("\n", text)
    if len(_BULLETS.findall(text)) == 1:  # alone it is no list
        text = _SIGN.sub("-", text)
    return _MARKUP.sub("", text)


def _settle_space(text: str) -> str:
    text = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff\ufffc\ufffd]", "", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _settle_marks(text: str) -> str:
    """Marks that every language shares."""
    text = re.sub(r"(?<=\d) +: *(?=\d)", ":", text)
    text = re.sub(r"\.(?: ?\.){2,}", "…", text)
    text = re.sub(r"(?<=\w) +…|…[.…]+", "…", text)
    text = re.sub(r"([,;:])(?: ?\1)+", r"\1", text)
    text = re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
    text = re.sub(r"!{2,}", "!", text)
    return re.sub(r"\?{2,}", "?", text)


def _settle_english(text: str) -> str:
    text = _settle_marks(text)
    text = re.sub(r"(?<=[\w,.”\"’]) ?(?<!-)-{2,3}(?!-) ?(?=[\w“\"‘])", "—", text)
    text = re.sub(r"(?<=[A-Za-z,.]) - (?=[A-Za-z])", " – ", text)
    text = re.sub(r"(?<=\S) +(?=[,;:!?](?:\s|$)|\.(?:\s|$))", "", text)
    text = re.sub(r"[,;:]+(?=[.!?](?:\s|$))", "", text)
    text = re.sub(r"(?<=[a-z]),(?=[A-Za-z]{2})", ", ", text)
    return re.sub(r"(?<=\w)'(?=\w)|(?<=s)'(?=\s)(?![^']*')", "’", text)


def _settle_chinese(text: str) -> str:
    import autocorrect_py

    text = re.sub(r"(?<=\d) +[:：] *(?=\d)", ":", text)
    text = re.sub(r"。{2,}|\.{3,}|…+", lambda m: "……" if len(m.group()) > 2 or "…" in m.group() else "。", text)
    text = re.sub(rf"(?<=[{_HAN}”」）])\s*(?:-{{2,}}|—+)\s*|\s*(?:-{{2,}}|—+)\s*(?=[{_HAN}“「（])", "——", text)
    text = autocorrect_py.format(text)
    near = rf"(?<=[{_HAN}”’」』）》，。；：！？])"
    for half, full in zip(",;:!?", "，；：！？", strict=True):
        text = re.sub(rf"{near}\s*{re.escape(half)}\s*", full, text)
    text = re.sub(rf"{near}\s*\.(?![^\W{_HAN}])\s*(?!\.)", "。", text)
    text = re.sub(rf"\(([^()\n]*[{_HAN}][^()\n]*)\)", r"（\1）", text)
    text = re.sub(r"([，；：、！？。])(?:[^\S\n]*\1)+", r"\1", text)
    text = re.sub(r"[，、；：]+(?=[。！？])", "", text)
    return re.sub(r"[^\S\n]*([，。；：、！？（）《》「」【】])[^\S\n]*", r"\1", text)


def _curl_quotes(text: str) -> str:
    """Straight double quotes become “ and ” in turn, paragraph by paragraph; 5" stays a measure."""
    return "\n".join(_curl_line(line) for line in text.split("\n"))


def _curl_line(line: str) -> str:
    out: list[str] = []
    is_open = False
    for position, character in enumerate(line):
        if character == '"':
            before = line[position - 1] if position else ""
            if not is_open and before.isdigit():
                out.append(character)
                continue
            is_open = not is_open
            out.append("“" if is_open else "”")
            continue
        is_open = character == "“" or (is_open and character != "”")
        out.append(character)
    return "".join(out)


def _capitalise(text: str) -> str:
    """A capital at the start of each sentence; words with a capital inside (iPhone) and addresses stay."""
    out = list(text)
    for start, end in sentence_spans(text):
        word = re.match(r"[\"“‘'(]*([a-z]+)(?![\w@./’'-]*[A-Z@/]|\.\w)", text[start:end])
        if word:
            at = start + word.start(1)
            out[at] = out[at].upper()
    return "".join(out)
