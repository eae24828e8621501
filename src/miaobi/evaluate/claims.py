"""Claims a reader would want a source for, and whether one was given.

A claim is a number, percentage, sum of money, date, quotation, web address, or the name of a person, organisation or
place of more than one word. It is unsupported when no source holds it. The sources are the brief's own words: topic,
facts, keywords, notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from miaobi.base.piece import Score, judged
from miaobi.evaluate.wording import is_cjk_language


class Claim(NamedTuple):
    """What stands in the text, and what has to be found in a source: `key` in the form of its kind."""

    kind: Literal["number", "quote", "name", "address"]
    text: str
    key: str


def find_claims(text: str, sources: Sequence[str], language: str) -> tuple[Claim, ...]:
    """All claims in the order of their kinds. The sources help to tell a name from a word with a capital."""
    if is_cjk_language(language):
        from miaobi.evaluate.claims_chinese import chinese_claims

        return tuple(Claim(*found) for found in chinese_claims(text))  # type: ignore[arg-type]
    from miaobi.evaluate.claims_english import english_claims

    return tuple(Claim(*found) for found in english_claims(text, " ".join(sources)))  # type: ignore[arg-type]


def find_unsupported_claims(text: str, sources: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The claims no source holds, as they stand in the text, each once."""
    claims = find_claims(text, sources, language)
    return tuple(dict.fromkeys(claim.text for claim in claims if not is_supported(claim, sources, language)))


def is_supported(claim: Claim, sources: Sequence[str], language: str) -> bool:
    """Whether a source holds the claim: the same number (per cent only as per cent), words or name."""
    if is_cjk_language(language):
        from miaobi.evaluate.claims_chinese import chinese_support as support
    else:
        from miaobi.evaluate.claims_english import english_support as support
    return any(support(claim.kind, claim.key, source) for source in sources)


def score_accuracy(text: str, sources: tuple[str, ...], language: str) -> Score:
    """Share of the text's checkable claims that the sources hold. 0..1, higher is better; 1 when there are none.

    Weak: sees made-up particulars, not wrong statements in plain words; "falls by 4 degrees" passes for "rises by 4
    degrees"; small numbers in words and names of one word are not looked at.
    """
    claims = find_claims(text, sources, language)
    unsupported = [claim for claim in claims if not is_supported(claim, sources, language)]
    if not claims:
        return judged("accuracy", 1.0, None, evidence="It makes no checkable claims.")
    evidence = "without a source: " + ", ".join(dict.fromkeys(f"“{claim.text}”" for claim in unsupported))
    return judged("accuracy", 1 - len(unsupported) / len(claims), None, evidence=evidence if unsupported else "")
