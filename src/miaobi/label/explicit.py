"""What a label says: in words, per language, and never claiming for AI what a person wrote.

GB 45438-2025, chapter 5: a label has an AI element ("人工智能" or "AI") and a generation element ("生成" or "合成").
Labelling people's work as AI-generated is wrong as well, so the long form tells the shares apart and there is no
statement at all for a piece without generated content.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field

from miaobi.base.piece import Part, Piece
from miaobi.base.value import Value

Medium = Literal["pictures", "voice", "music", "video"]
SourceType = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]
"""IPTC digital source types (http://cv.iptc.org/newscodes/digitalsourcetype/)."""

_MEDIUM_OF_KIND: Final[dict[str, Medium]] = {
    "picture": "pictures",
    "poster": "pictures",
    "voice": "voice",
    "music": "music",
    "score": "music",
    "cut": "video",
    "video": "video",
}
_MEDIA: Final[tuple[Medium, ...]] = ("pictures", "voice", "music", "video")
_UNREAD: Final = {"idea"}  # nobody reads what a picture was drawn from

_SHORT: Final = {"en": "AI-generated", "zh": "AI生成"}
_STEM: Final = {"en": "This piece contains AI-generated content", "zh": "本作品含AI生成内容"}
_NAMES: Final[dict[str, dict[str, str]]] = {
    "en": {medium: f"the {medium}" for medium in ("text", "pictures", "voice", "music", "video")},
    "zh": {"text": "文字", "pictures": "图片", "voice": "配音", "music": "配乐", "video": "视频"},
}
_AI: Final = re.compile(r"(?<![A-Za-z])A\.?I\.?(?![A-Za-z])|人工智能|artificial intelligence", re.IGNORECASE)
_GENERATION: Final = re.compile(r"生成|合成|generat|synthe", re.IGNORECASE)


class Origins(Value):
    """What of a piece was made by AI.

    person, both  shares (0..1) of the text's characters that only a person wrote, and that an engine wrote and a
                  person edited or gave facts for; the rest is an engine's
    has_text      whether there is text at all
    media         of the other content, what engines made
    """

    person: float = Field(default=0.0, ge=0, le=1)
    both: float = Field(default=0.0, ge=0, le=1)
    has_text: bool = True
    media: tuple[Medium, ...] = ()

    @property
    def has_generated(self) -> bool:
        """Whether anything has to be labelled."""
        return bool(self.media) or (self.has_text and self.person < 1)


class Statement(Value):
    """A label in words.

    short     for a corner of a picture or a cue
    plain     a sentence that stays as it is whatever share of the text is whose
    sentence  for a page: who made what
    """

    short: str
    plain: str
    sentence: str
    language: str


def origins(piece: Piece) -> Origins:
    """Worked out from who made the parts. A part that names no maker counts as an engine's."""
    counts = {"person": 0, "both": 0, "engine": 0}
    media: set[Medium] = set()
    for part in piece.parts:
        by_person = any(maker.kind == "person" for maker in part.made_by)
        by_machine = any(maker.kind != "person" for maker in part.made_by) or not part.made_by
        if part.text is not None and part.kind not in _UNREAD:
            maker = "both" if by_person and by_machine else "person" if by_person else "engine"
            counts[maker] += sum(not char.isspace() for char in part.text)
        elif part.asset is not None and by_machine and part.kind in _MEDIUM_OF_KIND:
            media.add(_MEDIUM_OF_KIND[part.kind])
    total = sum(counts.values())
    return Origins(
        person=counts["person"] / total if total else 0.0,
        both=counts["both"] / total if total else 0.0,
        has_text=total > 0,
        media=tuple(medium for medium in _MEDIA if medium in media),
    )


def source_type(piece: Piece, part: Part) -> SourceType:
    """The IPTC digital source type of a picture.

    Without a trained model among its makers it is algorithmic. What only rules made, such as a poster cut from a film,
    is what the piece's pictures are. A part that names no maker counts as a model's.
    """
    engines = [maker for maker in part.made_by if maker.kind == "engine"]
    if part.made_by and not engines:
        engines = [maker for other in piece.of_kind("picture") for maker in other.made_by if maker.kind == "engine"]
    is_known = bool(part.made_by) and not any(maker.is_trained for maker in engines)
    return "algorithmicMedia" if is_known else "trainedAlgorithmicMedia"


def short_label(language: str) -> str:
    """The shortest lawful label in a language; English for one we have no words for."""
    return _SHORT[_known(language)]


def short_labels() -> tuple[str, ...]:
    """The short labels of all languages: what a reader back looks for."""
    return tuple(_SHORT.values())


def write_statement(made: Origins, language: str) -> Statement | None:
    """The statement for a piece, None when nothing in it was generated."""
    if not made.has_generated:
        return None
    tongue = _known(language)
    sentence = _sentence_zh(made) if tongue == "zh" else _sentence_en(made)
    plain = _STEM[tongue] + ("。" if tongue == "zh" else ".")
    return Statement(short=_SHORT[tongue], plain=plain, sentence=sentence, language=tongue)


def statement_stems() -> tuple[str, ...]:
    """How every sentence form starts, in all languages: what a reader back looks for."""
    return tuple(_STEM.values())


def has_label_words(text: str) -> bool:
    """Whether `text` has both elements of a label, an AI word and a generation word."""
    return bool(_AI.search(text)) and bool(_GENERATION.search(text))


# ---------------------------------------------------------------- sentences


def _sentence_en(made: Origins) -> str:
    names = _NAMES["en"]
    things = [names[medium] for medium in made.media]
    if made.has_text and made.person == 0 and made.both == 0:
        return f"{_STEM['en']}: {_generated_en(names['text'], *things)}."
    clauses = []
    if made.has_text and made.person < 1:
        clauses.append(_mixed_en(made))
    if things:
        clauses.append(_generated_en(*things))
    end = " The text was written by a person." if made.has_text and made.person >= 1 else ""
    return f"{_STEM['en']}: {'; '.join(clauses)}.{end}"


def _generated_en(*things: str) -> str:
    listed = things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
    is_plural = len(things) > 1 or things[0].endswith("pictures")
    return f"{listed} {'were' if is_plural else 'was'} generated by AI"


def _mixed_en(made: Origins) -> str:
    if made.both >= 1:
        return "the text was written by AI and a person together"
    shares = []
    if made.person > 0:
        shares.append((made.person, "written by a person"))
    if made.both > 0:
        shares.append((made.both, "written by AI and a person together"))
    said = [f"{_percent(share)}\u00a0% {how}" for share, how in shares]
    said[0] = said[0].replace("%", "% of the text was", 1)
    if made.person + made.both < 1 - 1e-9:
        said.append("the rest generated by AI")
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _sentence_zh(made: Origins) -> str:
    names = _NAMES["zh"]
    things = [names[medium] for medium in made.media]
    if made.has_text and made.person == 0 and made.both == 0:
        return f"{_STEM['zh']}：{_generated_zh(names['text'], *things)}。"
    clauses = []
    if made.has_text and made.person < 1:
        clauses.append(_mixed_zh(made))
    if things:
        clauses.append(_generated_zh(*things))
    end = "文字由人撰写。" if made.has_text and made.person >= 1 else ""
    return f"{_STEM['zh']}：{'；'.join(clauses)}。{end}"


def _generated_zh(*things: str) -> str:
    listed = things[0] if len(things) == 1 else f"{'、'.join(things[:-1])}和{things[-1]}"
    return f"{listed}由AI生成"


def _mixed_zh(made: Origins) -> str:
    if made.both >= 1:
        return "文字由AI与人共同写成"
    shares = []
    if made.person > 0:
        shares.append(f"{_percent(made.person)}%由人撰写")
    if made.both > 0:
        shares.append(f"{_percent(made.both)}%由AI与人共同写成")
    if made.person + made.both < 1 - 1e-9:
        shares.append("其余由AI生成")
    return f"文字{'，'.join(shares)}"


def _percent(share: float) -> int:
    """Whole percent of a true part: never 0 and never 100."""
    return min(99, max(1, round(share * 100)))


def _known(language: str) -> str:
    primary = language.replace("_", "-").split("-")[0].lower()
    return primary if primary in _SHORT else "en"
