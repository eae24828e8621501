"""The lines at the end of every document: who made what, in which shares, and the credits."""

from __future__ import annotations

from miaobi.base.piece import Credit, Piece
from miaobi.publish.authorship import authorship, makers, percentages
from miaobi.publish.words import Words


def maker_lines(piece: Piece, said: Words) -> list[tuple[str, str]]:
    """(maker, what it made) for every maker; two kinds with the same name are named once."""
    lines = []
    for maker, kinds in makers(piece):
        names = dict.fromkeys(said.kinds.get(kind, kind) for kind in kinds)
        lines.append((said.person if maker.kind == "person" else maker.id, said.list_comma.join(names)))
    return lines


def share_line(piece: Piece, said: Words) -> str:
    """One sentence on the shares of the text, naming only those who have one; "" for a piece without text."""
    shares = [said.share_of[kind].format(whole) for kind, whole in percentages(authorship(piece)).items() if whole]
    return said.shares.format(said.list_comma.join(shares)) if shares else ""


def credit_line(credit: Credit, comma: str = ", ") -> str:
    """Title, author, licence and use in one line, without the address."""
    return comma.join(filter(None, [credit.title, credit.author, credit.licence, credit.use]))
