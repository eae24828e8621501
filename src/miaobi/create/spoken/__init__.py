"""Writing out what is spoken: figures, dates, money, units, abbreviations and signs become words.

The result is what a reader aloud would say, still as text: speech engines turn it into phonemes, a check of the
recording compares what was heard with it. Initialisms are letters with spaces ("A I"), as they are said.
"""

from __future__ import annotations

from miaobi.create.spoken.english import tidy as _tidy_english
from miaobi.create.spoken.english import write_out_english
from miaobi.create.spoken.mandarin import tidy as _tidy_mandarin
from miaobi.create.spoken.mandarin import write_out_mandarin
from miaobi.create.spoken.mixed import spans

__all__ = ["write_out", "write_out_english", "write_out_mandarin"]


def write_out(text: str, language: str) -> str:
    """`text` in words, line by line (a line break is a longer pause); empty lines are dropped.

    language  BCP 47 tag of the text; "zh" is written out as Mandarin with stretches of English inside, "en" as English
              with Chinese inside, any other only has its spaces tidied.
    """
    primary = language.split("-")[0].lower()
    lines = [_write_out_line(line, primary) for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def _write_out_line(line: str, language: str) -> str:
    if language not in ("en", "zh"):
        return " ".join(line.split())
    parts = []
    for span in spans(line, language):
        words = write_out_mandarin(span.text) if span.tongue == "zh" else write_out_english(span.text)
        # two languages meet at a space, but a mark stays with the word before it
        parts.append(words if span.tongue == language else f" {words} ")
    return _tidy_mandarin("".join(parts)) if language == "zh" else _tidy_english("".join(parts))
