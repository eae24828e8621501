"""Who wrote and made what: shares of the text, and the makers and credits of everything used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import Field

from miaobi.base.piece import Credit, Maker, Piece
from miaobi.base.value import Value

# What a picture is drawn from is not read by anyone, so it does not count as text of the piece.
_UNREAD: Final = {"idea"}


class Authorship(Value):
    """Shares (0..1, together 1) of the visible characters of the text.

    person      in parts that only a person wrote
    engine      in parts that only engines or rules wrote
    both        in parts that a person and an engine both worked on
    characters  how many there are, white space not counted; with 0 all shares are 0
    """

    characters: int = Field(default=0, ge=0)
    person: float = Field(default=0.0, ge=0, le=1)
    engine: float = Field(default=0.0, ge=0, le=1)
    both: float = Field(default=0.0, ge=0, le=1)


def authorship(piece: Piece) -> Authorship:
    """The shares of a piece.

    A part that names no maker counts as an engine's: nothing passes as a person's unproved.
    """
    counts = {"person": 0, "engine": 0, "both": 0}
    for part in piece.parts:
        if part.text is None or part.kind in _UNREAD:
            continue
        by_person = any(maker.kind == "person" for maker in part.made_by)
        by_machine = any(maker.kind != "person" for maker in part.made_by) or not part.made_by
        kind = "both" if by_person and by_machine else "person" if by_person else "engine"
        counts[kind] += sum(not char.isspace() for char in part.text)
    total = sum(counts.values())
    if not total:
        return Authorship()
    return Authorship(characters=total, **{kind: round(count / total, 6) for kind, count in counts.items()})


def percentages(shares: Authorship) -> dict[str, int]:
    """Whole percents that add up to 100 and never round somebody's part away or up to all of it."""
    exact = {"person": shares.person * 100, "engine": shares.engine * 100, "both": shares.both * 100}
    whole = {kind: max(1, round(value)) if value > 0 else 0 for kind, value in exact.items()}
    if any(whole.values()):
        whole[max(exact, key=lambda kind: exact[kind])] += 100 - sum(whole.values())
    return whole


def makers(piece: Piece) -> tuple[tuple[Maker, tuple[str, ...]], ...]:
    """Every maker with the kinds of parts it made, in order of appearance."""
    made: dict[tuple[str, str], tuple[Maker, list[str]]] = {}
    for part in piece.parts:
        for maker in part.made_by:
            kinds = made.setdefault((maker.kind, maker.id), (maker, []))[1]
            if part.kind not in kinds:
                kinds.append(part.kind)
    return tuple((maker, tuple(kinds)) for maker, kinds in made.values())


def engines_used(piece: Piece) -> tuple[Maker, ...]:
    """Every engine, once per fingerprint, by id."""
    found = {(m.id, m.fingerprint): m for part in piece.parts for m in part.made_by if m.kind == "engine"}
    return tuple(found[key] for key in sorted(found))


def all_credits(piece: Piece) -> tuple[Credit, ...]:
    """The credits of the piece and of its parts, each once, in order of appearance."""
    return unique_credits([*piece.credits, *(credit for part in piece.parts for credit in part.credits)])


def unique_credits(credits: Iterable[Credit]) -> tuple[Credit, ...]:
    """One credit per title, licence, author and address, with its uses joined."""
    found: dict[tuple[str, str, str, str], Credit] = {}
    for credit in credits:
        key = (credit.title, credit.licence, credit.author, credit.url)
        known = found.get(key)
        if known is None:
            found[key] = credit
        elif credit.use and credit.use not in known.use.split("; "):
            joined = "; ".join(filter(None, [known.use, credit.use]))
            found[key] = known.model_copy(update={"use": joined})
    return tuple(found.values())
