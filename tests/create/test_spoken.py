"""What is read aloud for figures, dates, money, units, abbreviations and signs."""

# ruff: noqa: E501

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.create.spoken import write_out
from miaobi.create.spoken.english_numbers import cardinal as english_cardinal
from miaobi.create.spoken.english_numbers import roman
from miaobi.create.spoken.mandarin_numbers import cardinal as mandarin_cardinal
from miaobi.create.spoken.mixed import spans

ENGLISH = {
    # cardinals, decimals, separators
    "0 wins": "zero wins",
    "12 eggs": "twelve eggs",
    "It took 45 days": "It took forty-five days",
    "115 people": "one hundred and fifteen people",
    "1,234,567 people": "one million two hundred and thirty-four thousand five hundred and sixty-seven people",
    "1,000,000,000,000 stars": "one trillion stars",
    "12,050 trees": "twelve thousand and fifty trees",
    "3.14159": "three point one four one five nine",
    "agent 007": "agent zero zero seven",
    "It fell to -5 overnight": "It fell to minus five overnight",
    "version 2.0.1": "version two point zero point one",
    # ordinals, fractions, ranges
    "the 1st, 2nd, 23rd and 101st": "the first, second, twenty-third and one hundred and first",
    "the 20th century": "the twentieth century",
    "1/2 of it, 3/4 of that": "one half of it, three quarters of that",
    "2 1/2 cups and ½ spoon": "two and one half cups and one half spoon",
    "pages 10-20": "pages ten to twenty",
    "pages 10–20": "pages ten to twenty",
    "98/100 points": "ninety-eight out of one hundred points",
    "the A/C unit": "the A C unit",
    "on Sat., May 3rd": "on Saturday, May third",
    "open 24/7": "open twenty-four seven",
    # years and decades
    "in 2026": "in twenty twenty-six",
    "in 1905": "in nineteen oh five",
    "since 2000": "since two thousand",
    "until 1900": "until nineteen hundred",
    "in 1066": "in ten sixty-six",
    "from 1990-2000": "from nineteen ninety to two thousand",
    "in 2024-25": "in twenty twenty-four to twenty-five",
    "the 1990s and the '80s": "the nineteen nineties and the eighties",
    "mid-2024": "mid-twenty twenty-four",
    "The mountain rises 4500 feet": "The mountain rises four thousand five hundred feet",
    # percentages and money
    "up 12.5%": "up twelve point five percent",
    "10-20% off": "ten to twenty percent off",
    "a -3% change": "a minus three percent change",
    "$5.2 million": "five point two million dollars",
    "$3M and $5bn": "three million dollars and five billion dollars",
    "$3.50": "three dollars and fifty cents",
    "$1": "one dollar",
    "£0.01": "one penny",
    "€3": "three euros",
    "¥100": "one hundred yuan",
    "50 USD": "fifty dollars",
    "$20-30": "twenty to thirty dollars",
    # dates and times
    "2026-11-21": "November twenty-first, twenty twenty-six",
    "Nov 21, 2026": "November twenty-first, twenty twenty-six",
    "21 November 2026": "the twenty-first of November, twenty twenty-six",
    "11/21/2026": "November twenty-first, twenty twenty-six",
    "May 5": "May fifth",
    "March 2024": "March twenty twenty-four",
    "at 3:45 pm": "at three forty-five P M",
    "at 7 a.m. sharp": "at seven A M sharp",
    "at 14:30": "at fourteen thirty",
    "at 9:05": "at nine oh five",
    "at 10:00": "at ten o'clock",
    # units and formulas
    "5 km": "five kilometers",
    "1 kg": "one kilogram",
    "60 km/h": "sixty kilometers per hour",
    "20-25°C": "twenty to twenty-five degrees Celsius",
    "-5°C": "minus five degrees Celsius",
    "100 m²": "one hundred square meters",
    "16GB": "sixteen gigabytes",
    "less CO2 and H2O": "less C O two and H two O",
    # abbreviations, initialisms, Roman numerals
    "Dr. Lee met Mrs. Wu on Main St.": "Doctor Lee met Missus Wu on Main Street",
    "St. Louis": "Saint Louis",
    "birds, e.g. crows": "birds, for example crows",
    "the last one, i.e. mine": "the last one, that is mine",
    "cats vs. dogs": "cats versus dogs",
    "apples, pears, etc.": "apples, pears, et cetera.",
    "No. 5 and p. 12": "Number five and page twelve",
    "the U.S. border": "the U S border",
    "the UN and the CEO": "the U N and the C E O",
    "NASA uses AI": "NASA uses A I",
    "STOP it": "STOP it",
    "GPT-4 and MP3": "G P T four and M P three",
    "COVID-19": "COVID nineteen",
    "World War II": "World War two",
    "Henry VIII and Louis XIV": "Henry the eighth and Louis the fourteenth",
    "Chapter IV": "Chapter four",
    "I am fine": "I am fine",
    # addresses and signs
    "see https://www.example.com/help": "see example dot com slash help",
    "mail joe@example.com": "mail joe at example dot com",
    "Q&A": "Q and A",
    "2 + 2 = 4": "two plus two equals four",
    "#1 in sales": "number one in sales",
    "5x faster": "five times faster",
    "10k users": "ten thousand users",
    "the last (and best) one": "the last, and best, one",
    "Stop — now": "Stop, now",
    # Chinese inside
    "The word 你好 means hello": "The word 你好 means hello",
    "They wrote 2026年11月 on it": "They wrote 二零二六年十一月 on it",
}

MANDARIN = {
    # cardinals, decimals, separators
    "一共0分": "一共零分",
    "共12集": "共十二集",
    "共110集": "共一百一十集",
    "共1,234,567字": "共一百二十三万四千五百六十七字",
    "共10001字": "共一万零一字",
    "共100100字": "共十万零一百字",
    "共1201234字": "共一百二十万一千两百三十四字",
    "共1000000000字": "共十亿字",
    "约3.14": "约三点一四",
    "代号007": "代号零零七",
    "等于-3": "等于负三",
    # 二 and 两
    "2个人": "两个人",
    "2月2日": "二月二日",
    "第2名": "第二名",
    "2年级": "二年级",
    "22个": "二十二个",
    "200元": "两百元",
    "20000棵树": "两万棵树",
    "2万多人": "两万多人",
    "2.5倍": "二点五倍",
    # years, dates, times
    "2026年11月21日": "二零二六年十一月二十一日",
    "2026-11-21开会": "二零二六年十一月二十一日开会",
    "2023/5/6": "二零二三年五月六日",
    "2024-2026年": "二零二四到二零二六年",
    "90年代": "九十年代",
    "1990年代": "一九九零年代",
    "08年底": "零八年底",
    "3000年前": "三千年前",
    "2024年以前": "二零二四年以前",
    "6月14日-7月15日": "六月十四日到七月十五日",
    "1/3的人": "三分之一的人",
    "心率120-140": "心率一百二十到一百四十",
    "5年以来": "五年以来",
    "21号": "二十一号",
    "14:30开会": "十四点三十分开会",
    "下午3:05": "下午三点零五分",
    "2:15": "两点十五分",
    "8:00见": "八点整见",
    # percentages, fractions, ranges, ratios
    "涨了12.5%": "涨了百分之十二点五",
    "10%-20%": "百分之十到百分之二十",
    "1/2": "二分之一",
    "10-20个": "十到二十个",
    "3~5天": "三到五天",
    "比分3:1": "比分三比一",
    # money
    "5万元": "五万元",
    "¥100": "一百元",
    "$5.2亿": "五点二亿美元",
    "€3": "三欧元",
    "100美元": "一百美元",
    # units
    "25°C": "二十五摄氏度",
    "气温-5℃": "气温零下五摄氏度",
    "增长-3%": "增长负百分之三",
    "每天走5km": "每天走五公里",
    "车速60km/h": "车速每小时六十公里",
    "时速60km/h": "时速六十公里",
    "100m²": "一百平方米",
    "2kg": "两公斤",
    "16GB": "十六G B",
    "减少CO2": "减少二氧化碳",
    # numbers that are names
    "电话13812345678": "电话幺三八幺二三四五六七八",
    "拨打110": "拨打幺幺零",
    "编号10086": "编号一零零八六",
    "第3章": "第三章",
    "第Ⅱ部分": "第二部分",
    "90后": "九零后",
    # letters, addresses, signs
    "用AI写作": "用A I写作",
    "公司的CEO": "公司的C E O",
    "GPT-4很好": "G P T四很好",
    "5G网络": "五G网络",
    "NASA说": "NASA说",
    "邮箱joe@example.com": "邮箱joe艾特example点com",
    "见https://www.example.com/help": "见example点com斜杠help",
    "1+1=2": "一加一等于二",
    "男/女": "男或女",
    "苹果（红色）": "苹果，红色",
    # English inside
    "他说 I have 20 apples in the basket 就走了": "他说I have twenty apples in the basket就走了",
    "我喜欢 machine learning": "我喜欢machine learning",
    "装了Windows 11": "装了Windows十一",
}

ENGLISH_REVIEWED = {
    # dashes that mean "to"
    "10 – 12 May": "the tenth to the twelfth of May",
    "10–12 May 2026": "the tenth to the twelfth of May, twenty twenty-six",
    "May 10–12, 2026": "May tenth to twelfth, twenty twenty-six",
    "10 May – 12 June": "the tenth of May to the twelfth of June",
    "June 2019–2021": "June twenty nineteen to twenty twenty-one",
    "Monday–Friday": "Monday to Friday",
    "noon–1 p.m. today": "noon to one P M today",
    "9am–5pm": "nine A M to five P M",
    "10:30–11:15": "ten thirty to eleven fifteen",
    "10 – 20 people": "ten to twenty people",
    "5 - 3 = 2": "five minus three equals two",
    "2026 – a good year": "twenty twenty-six, a good year",
    # units
    "1.5 million km²": "one point five million square kilometers",
    "80 people/km²": "eighty people per square kilometer",
    "6 ft. tall": "six feet tall",
    "It is 6 ft. The end": "It is six feet. The end",
    "7 in. wide": "seven inches wide",
    "It is 7 in. The end": "It is seven inches. The end",
    # titles, initials, full stops
    "Mr. and Mrs. Jones": "Mister and Missus Jones",
    "J. K. Rowling and E. coli": "J K Rowling and E coli",
    "Take vitamin C. Oranges have it": "Take vitamin C. Oranges have it",
    "Plan B. Nobody knew": "Plan B. Nobody knew",
    "in the U.S. Then": "in the U S. Then",
    "at 5 p.m. The end": "at five P M. The end",
    "4am": "four A M",
    # numbers that are names
    "555-1234": "five five five, one two three four",
    "500-1000 people": "five hundred to one thousand people",
    "(212) 555-0123": "two one two, five five five, zero one two three",
    "call 911": "call nine one one",
    "911 people": "nine hundred and eleven people",
    "the 9/11 attacks": "the nine eleven attacks",
    "ISBN 978-3-16-148410-0": "I S B N nine seven eight, three, one six, one four eight four one zero, zero",
    "ISBN 0-306-40615-X": "I S B N zero, three zero six, four zero six one five, X",
    "25.12.2026": "December twenty-fifth, twenty twenty-six",
    # ratios, money, formulas
    "2:1": "two to one",
    "16:9": "sixteen to nine",
    "at 10:30": "at ten thirty",
    "1M users": "one million users",
    "3M makes tape": "three M makes tape",
    "a $5 bill": "a five dollar bill",
    "a $5 million deal": "a five million dollar deal",
    "for $5 each": "for five dollars each",
    "H₂SO₄": "H two S O four",
    "Ca(OH)₂": "C A O H two",
    "10⁶": "ten to the sixth",
    "10⁻³": "ten to the minus three",
    "x² + y³": "x squared plus y cubed",
    "4x4": "four by four",
    "5 × 3": "five times three",
    "3×4=12": "three times four equals twelve",
    "AT&T": "A T and T",
}

MANDARIN_REVIEWED = {
    # what is counted per what
    "10-20公里/小时": "每小时十到二十公里",
    "时速10公里/小时": "时速十公里",
    "5元/斤": "每斤五元",
    "3kg/m³": "每立方米三公斤",
    "9.8m/s²": "九点八米每二次方秒",
    "60km/h": "每小时六十公里",
    # numbers that are names
    "24/7": "二十四小时全天候",
    "24/7小时服务": "二十四小时全天候服务",
    "110报警": "幺幺零报警",
    "请打110。": "请打幺幺零。",
    "110个": "一百一十个",
    "12306": "幺二三零六",
    "12306个": "一万两千三百零六个",
    "302房间": "三零二房间",
    "300间房": "三百间房",
    "G123次": "G幺二三次",
    "MH370": "M H三七零",
    "NBA300场": "N B A三百场",
    "PM2.5": "P M二点五",
    "ISBN 978-7-111": "I S B N九七八，七，一一一",
    "+86 138 1234 5678": "八六，幺三八幺二三四五六七八",
    "+1 212 555 0123": "一，二幺二五五五零幺二三",
    # ranges, scores, products
    "第1-3名": "第一到第三名",
    "比分3-2": "比分三比二",
    "以3-2获胜": "以三比二获胜",
    "3-2天": "三到两天",
    "7×24小时": "七乘二十四小时",
    # times of day
    "5:30pm": "下午五点三十分",
    "9am": "上午九点",
    "12:30 a.m.": "凌晨零点三十分",
    "8pm": "晚上八点",
    # Latin letters
    "Dr. Smith说": "Doctor Smith说",
    "Mr. and Mrs. Smith": "Mister and Missus Smith",
    "C#": "C sharp",
    "C++": "C加加",
    "Tokyo 2020奥运会": "Tokyo二零二零奥运会",
    "iPhone 2000元": "iPhone两千元",
    "路易XIV": "路易十四世",
    "第II章": "第二章",
}


def test_the_tables_are_as_long_as_promised() -> None:
    assert len(ENGLISH) >= 40
    assert len(MANDARIN) >= 40


@pytest.mark.parametrize(("written", "said"), (ENGLISH | ENGLISH_REVIEWED).items())
def test_english(written: str, said: str) -> None:
    assert write_out(written, "en-US") == said


@pytest.mark.parametrize(("written", "said"), (MANDARIN | MANDARIN_REVIEWED).items())
def test_mandarin(written: str, said: str) -> None:
    assert write_out(written, "zh-CN") == said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_paragraphs_stay_apart_and_empty_lines_go(language: str) -> None:
    assert write_out("one\n\n  \ntwo 2\n", language).count("\n") == 1


def test_other_languages_are_left_as_they_are() -> None:
    assert write_out("Il y a  20 arbres.", "fr") == "Il y a 20 arbres."


@pytest.mark.parametrize("language", ["en", "zh"])
@given(
    st.text(
        alphabet=st.sampled_from("019,.:/-–%$€¥°CkmgAIaé 年月日个万第你好，。！？#&@()'\"\n²½IIx×₂⁶+MX"), max_size=40
    )
)
def test_any_text_is_written_out_without_figures_and_stays_so(language: str, text: str) -> None:
    said = write_out(text, language)
    assert not re.search(r"[0-9$€¥%@&#]", said)
    assert "\n" not in said or "\n" in text


@given(st.text(max_size=60))
def test_spans_give_the_text_back(text: str) -> None:
    for language in ("en", "zh"):
        assert "".join(span.text for span in spans(text, language)) == text


def _english_value(words: str) -> int:
    """An independent reader of English number words."""
    small = {word: value for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split())}  # fmt: skip
    small |= {
        word: 10 * value
        for value, word in enumerate("_ _ twenty thirty forty fifty sixty seventy eighty ninety".split())
    }
    total = group = 0
    for word in words.replace("-", " ").replace(" and ", " ").split():
        if word == "hundred":
            group *= 100
        elif word in ("thousand", "million", "billion"):
            total, group = total + group * {"thousand": 10**3, "million": 10**6, "billion": 10**9}[word], 0
        else:
            group += small[word]
    return total + group


@given(st.integers(0, 10**12 - 1))
def test_english_numbers_read_back(value: int) -> None:
    assert _english_value(english_cardinal(value)) == value


@settings(deadline=None)  # the reader loads on first use
@given(st.integers(0, 10**16 - 1))
def test_mandarin_numbers_read_back(value: int) -> None:
    cn2an = pytest.importorskip("cn2an")
    said = mandarin_cardinal(value)
    plain = said.replace("两", "二")
    plain = "一" + plain if plain.startswith("十") else plain
    if "万亿" in plain:  # the reader knows no unit above 亿
        high, _, low = plain.partition("万亿")
        assert cn2an.cn2an(high, "normal") == value // 10**12
        plain = low.removeprefix("零")
        value %= 10**12
    if plain:
        assert cn2an.cn2an(plain, "normal") == value


@pytest.mark.parametrize(("numeral", "value"), [("II", 2), ("IV", 4), ("XIV", 14), ("MMXXVI", 2026)])
def test_roman(numeral: str, value: int) -> None:
    assert roman(numeral) == value


@pytest.mark.parametrize("word", ["IIII", "VX", "MIX ", "CIVIC", ""])
def test_words_that_are_no_numerals(word: str) -> None:
    assert roman(word) is None
