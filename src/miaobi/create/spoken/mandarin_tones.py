"""Tones that change in company: 一 and 不 by the tone that follows, a third tone before another one in its word.

Kokoro v1.0 was trained on misaki's first Mandarin front end, which knows only the changes that stand in pypinyin's
dictionary, and not all of those are right (一个 changes, 一朵 does not, 一月 does by mistake). Whisper heard twelve
sentences full of such words no worse with the changes made, perhaps better: 81 character errors of 492 over three
voices, 97 without them. Reaching across words (82), or misaki's later rules, which join words, gained nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_FIGURES = frozenset("零一二三四五六七八九十百千万亿点幺")
_COUNTED_OUT = frozenset("零一二三四五六七八九十月号日")  # after 一: a string of figures, or the name of a day or month


def change_tones(words: Sequence[str], pinyin: list[list[str]]) -> None:
    """Changes `pinyin` in place: the syllables of each word, the tone as last sign."""
    if any(len(word) != len(said) for word, said in zip(words, pinyin, strict=True)):
        return  # a character without a reading was left out: which syllable is whose is not known
    text = "".join(words)
    syllables = [syllable for said in pinyin for syllable in said]
    starts = [place == 0 for word in words for place in range(len(word))]
    for place, char in enumerate(text):
        if char == "不":
            syllables[place] = _bu(text, syllables, place)
        elif char == "一" and (
            starts[place] or text[place - 1] in {*_FIGURES, "第"} or text[place - 1] == text[place + 1 : place + 2]
        ):
            syllables[place] = _yi(text, syllables, place)
    _raise_third_tones(words, syllables)
    following = iter(syllables)
    pinyin[:] = [[next(following) for _ in word] for word in words]


def _bu(text: str, syllables: list[str], place: int) -> str:
    if _is_between_twins(text, place):
        return "bu5"  # 好不好
    return "bu2" if syllables[place + 1 : place + 2] and syllables[place + 1].endswith("4") else syllables[place]


def _yi(text: str, syllables: list[str], place: int) -> str:
    before, after = text[:place][-1:], text[place + 1 : place + 3]
    is_figure = before in {*_FIGURES, "第"} or after[:1] in _COUNTED_OUT
    if is_figure or not after or (after[0] == "点" and after[1:] in _FIGURES):
        return "yi1"
    if _is_between_twins(text, place):
        return "yi5"  # 看一看
    return "yi2" if syllables[place + 1][-1] in "45" else "yi4"


def _is_between_twins(text: str, place: int) -> bool:
    return 0 < place < len(text) - 1 and text[place - 1] == text[place + 1]


def _raise_third_tones(words: Sequence[str], syllables: list[str]) -> None:
    """nǐ hǎo is ní hǎo, within a word: how far it reaches across words is for the speaker."""
    start = 0
    for word in words:
        thirds = [syllable.endswith("3") for syllable in syllables[start : start + len(word)]]
        for place, (is_third, is_followed) in enumerate(pairwise(thirds), start):
            if is_third and is_followed:
                syllables[place] = syllables[place][:-1] + "2"
        start += len(word)
