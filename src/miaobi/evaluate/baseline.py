"""Sentences about nothing in common: what a sentence encoder calls near although it is not (see `score_coherence`)."""

from __future__ import annotations

_EN = (
    "The central bank raised its interest rate by a quarter point.",
    "Whisk the eggs with the sugar until the mixture is pale.",
    "The goalkeeper saved two penalties in the final.",
    "Sailors found their way by the stars before they had a compass.",
    "Her first violin concerto was performed in Vienna.",
    "The printer needs a new toner cartridge.",
    "Volcanoes form where the plates of the crust move apart.",
    "He sent in his tax return on the last day.",
)
_ZH = (
    "央行将利率上调了四分之一个百分点。",
    "把鸡蛋和糖打到颜色变浅。",
    "守门员在决赛中扑出了两个点球。",
    "有指南针之前，水手靠星星辨认方向。",
    "她的第一部小提琴协奏曲在维也纳首演。",
    "打印机需要更换墨盒。",
    "地壳板块分离的地方会形成火山。",
    "他在最后一天交了报税表。",
)


def baseline_texts(language: str) -> tuple[str, ...]:
    """Eight unrelated sentences in Chinese for Chinese, else in English; encode them as passages."""
    return _ZH if language.lower().split("-")[0] == "zh" else _EN
