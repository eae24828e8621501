# ruff: noqa: E501 - one line is one sense or one list of names
"""Words with more than one sense, and which further drawings may stand for their names.

A text is first made plain: phrases in which a word does not mean the thing it usually shows ("bank of the river",
"chemical plant", "外卖骑手") are put in words that do. Only drawings listed here stand for a word outside the curated
tables: whole, concrete things. Heads, busts, hands, hearts, signs, flags and parts of the body never do.
"""

from __future__ import annotations

import re

_ENGLISH = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        # names of countries that are also animals, plants or crockery; upper case only
        (r"\b(Turkey|China|Chile|Guinea|Java|Jordan|Georgia)\b", " "),
        (r"(?i)\b(river ?banks?|banks? of (the|a) (river|stream|lake|canal)|left bank|right bank)\b", "riverside"),
        (r"(?i)\b(data|blood|food|seed|memory|power) banks?\b", " "),
        (r"(?i)\bbank holidays?\b", "holiday"),
        (r"(?i)\b(chemical|power|nuclear|assembly|steel|cement|manufacturing|industrial|bottling|processing|treatment|car) plants?\b", "factory"),
        (r"(?i)\bplants? (in|of|for) the (chemical|steel|car|food|cement|power)? ?(industry|works)\b", "factory"),
        (r"(?i)\b(stock markets?|stocks?|share prices?|markets?|housing|economic|financial) (crash|crashes|crashed|collapse|collapses|collapsed|fall|falls|fell|slump|slumps|plunge|plunged)\b", "market crash"),
        (r"(?i)\b(crash|collapse|fall|slump) (of|in) (the )?(stock markets?|stocks|share prices|markets|economy|prices)\b", "market crash"),
        (r"(?i)\b(football|soccer|world cup|league) (match|matches|game|games|player|players|team|teams|club|clubs|stadium|final|fan|fans|coach)\b", "football match"),
        (r"(?i)\b(player|striker|goalkeeper|team|kicks?|kicked|scores?|scored)\b[^.]{0,40}\bgoals?\b", "football goal"),
        (r"(?i)\bcricket (match|matches|game|player|players|team|bat|ball|pitch|world cup)\b", "cricket match"),
        (r"(?i)\b(school|business|city|road|day|boat|train|bike|camping|sea|weekend) trips?\b", "travel"),
        (r"(?i)\btrips? (to|abroad|around|through|across)\b", "travel"),
        (r"(?i)\b(travels|travelled|traveled|travelling|traveling) (?!the world|abroad|by )", " "),
        (r"(?i)\bhow (?:do|does|did)?\b([^.?!]{0,60}?)\bworks?\b", r"\1"),
        (r"(?i)\b(scale|scales) (up|of)\b", " "),
        (r"(?i)\bheavy metal\b", "concert"),
        (r"(?i)\bin (the )?light of\b", " "),
        (r"(?i)\bspring[- ]cleaning\b", "housework"),
        (r"(?i)\b(fall|falls|falling|fell) asleep\b", "sleep"),
        (r"(?i)\b(lead|leads) to\b", " "),
        (r"(?i)\bseals? (the|a|an) ", " "),
        (r"(?i)\b(older|elderly|old) (people|persons|men|women|adults)\b", "elderly"),
        (r"(?i)\b(moon landing|landing on the moon|(walk|walks|walked|step|steps|stand|landed|man|people|astronauts?) on the moon)\b", "moon landing"),
    )
)  # fmt: skip

_CHINESE = (
    ("外卖骑手", "外卖员"), ("骑手", "骑车人"), ("送外卖", "外卖员"), ("孙子兵法", "古籍"), ("孙子", "孩子"), ("孙女", "孩子"), ("毛笔字", "书法"),
    ("机器学习", "人工智能"), ("下跌", "股市下跌"), ("大跌", "股市下跌"), ("暴跌", "股市下跌"), ("股灾", "股市下跌"), ("股市崩盘", "股市下跌"),
    ("月球上", "登月"), ("登上月球", "登月"), ("足球比赛", "足球赛"), ("化工厂", "工厂"), ("发电厂", "工厂"), ("核电站", "工厂"), ("面试官", "面试"),
    ("血库", ""), ("题库", ""), ("免疫系统", "免疫系统"),
)  # fmt: skip


def plain_english(text: str) -> str:
    """The text with ambiguous phrases in words of one sense."""
    for pattern, words in _ENGLISH:
        text = pattern.sub(f" {words} ", text)
    return text


def plain_chinese(text: str) -> str:
    """The same for Chinese."""
    for words, better in _CHINESE:
        if better not in text or len(better) < len(words):
            text = text.replace(words, better)
    return text


_OTHER = """
accordion american_football amphora avocado axe bacon bagel ballet_shoes banjo barber_pole baseball beans beetle
bell_pepper blueberries boomerang bouquet bowling boxing_glove brick bullet_train burrito butter camping canned_food
carpentry_saw chopsticks closed_book coat cockroach coconut computer_mouse cricket_game crutch cucumber cupcake
curling_stone curry_rice cut_of_meat diving_mask diya_lamp doughnut eggplant falafel feather field_hockey film_projector
fire_extinguisher firecracker fishing_pole flashlight flatbread flute fondue fortune_cookie french_fries garlic
ginger_root gloves goggles green_apple hamster handbag harp hiking_boot hot_dog hot_pepper ice_hockey ice_skate jar jeans
joystick kimono kitchen_knife kiwi_fruit lab_coat lacrosse leafy_green lipstick lollipop mango maple_leaf maracas
martial_arts_uniform melon military_helmet mirror monorail moose mountain_cableway mouse nesting_dolls onion orangutan
oyster pancakes pea_pod peanuts pear pea popcorn pretzel raccoon roller_skate rolling_pin rugby_football safety_vest salt
sari scarf screwdriver sewing_needle shortcake shovel skis skunk sled socks spider_web spiral_notepad sponge stopwatch
straight_ruler studio_microphone suspension_railway taco toothbrush top_hat triangular_ruler trombone unicorn
video_camera volcano wheel wind_chime worm
"""

OTHER = frozenset(_OTHER.split())
"""Drawings that may stand for their own name."""

NO_OTHER_WORDS = frozenset(
    "jar mouse wheel melon coat scarf mirror brick feather worm salt butter axe pea sponge".split()
)
"""Names read only where an article or a number comes before: mostly figures of speech otherwise."""
