"""Claims in Chinese text; see `claims.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from miaobi.evaluate.numbers import numbers_as_digits, plain_number
from miaobi.evaluate.wording import chinese_words, fold

_ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./_?=&%#~\-]+|[\w.+-]+@[\w-]+\.[A-Za-z.]+", re.IGNORECASE)
_QUOTE = re.compile(r"[“「『]([^”」』]{4,}?)[”」』]")
_SAID = re.compile(r"(?:说|道|表示|称|认为|指出|写道|提到|强调|解释|告诉\w{1,4})(?:过)?[:：，,]?\s*$")
_SAID_AFTER = re.compile(r"^[，,]?\s*(?:\w{1,8}(?:说|表示|认为|指出|写道|强调)|说|道)")
_NUMBER = re.compile(r"(?<![A-Za-z\d.\-])\d+(?:\.\d+)?%?(?![\d.]*[A-Za-z])")
_UNITS = (
    "年|月|日|号|岁|人|元|块|美元|米|公里|千米|厘米|吨|度|摄氏度|倍|%|平方|立方|个百分点|公斤|千克|小时|分钟|秒|天|种|棵|个|名|位|次|家|座|"
    "所|亩|公顷|升|余|多|岁"
)
_RUN = re.compile(
    r"(百分之[零〇一二两三四五六七八九十百千点\d.]+)|"
    rf"([零〇一二两三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+)?)(?={_UNITS})"
)
_SPOKEN_FROM = 11
"""Chinese numerals up to ten, and bare 百年 or 千里, are ordinary language."""

_SOURCE = re.compile(r"据([^，。,；]{2,24}?)(?:的)?(?:最新)?(?:报道|统计|研究|调查|介绍|数据|报告|透露|公布)")
_VAGUE = re.compile(
    r"^(?:专家|科学家|研究人员|研究者|学者|媒体|有关部门|相关部门|有关|相关|最新|不完全|初步|官方|一项|多项|权威|新|此前|历史|文献)+"
    r"(?:的)?$|^(?:了解|估计|悉|说)"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
)
_TITLES = "教授|博士|院士|先生|女士|医生|研究员|主任|校长|市长|部长|记者|老师"
_PERSON = re.compile(rf"([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?:{_TITLES})")
_FOREIGN = re.compile(r"[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8})?")
_ORGANISATION = re.compile(
    r"(?:大学|学院|研究所|研究院|科学院|公司|协会|基金会|委员会|出版社|医院|实验室|研究中心|集团)$"
)
_NO_NAME = frozenset(["一所", "这所", "那所", "一家", "这家", "许多", "当地", "大型", "一个", "来自"])
_SPEAKS = re.compile(r"(?:说|表示|认为|指出|写道|发现|曾|在|的|是)+$")


def chinese_claims(text: str) -> Iterator[tuple[str, str, str]]:
    """(kind, text, key) of every claim."""
    bare = text
    for match in _ADDRESS.finditer(text):
        yield "address", match.group(), fold(match.group())
        bare = bare.replace(match.group(), "，")
    for match in _QUOTE.finditer(bare):
        before, after = bare[: match.start()], bare[match.end() :]
        if _SAID.search(before) or _SAID_AFTER.match(after):
            yield "quote", match.group(1), _plain(match.group(1))
    yield from _numbers(bare)
    yield from _names(bare)


def chinese_support(kind: str, key: str, source: str) -> bool:
    """Whether the source holds the claim's key."""
    if kind == "number":
        return key in {plain_number(found) for found in _NUMBER.findall(numbers_as_digits(fold(source), "zh"))}
    return key in (fold(source) if kind == "address" else _plain(source))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _numbers(text: str) -> Iterator[tuple[str, str, str]]:
    text = re.sub(r"^\s*\d{1,2}[.、)）]\s*", "", text, flags=re.MULTILINE)
    folded = fold(text)
    scaled = re.sub(r"(\d)\s*[,，](?=\d{3}(?!\d))", r"\1", folded)
    for match in re.finditer(r"(?<![a-z\d.\-])\d+(?:\.\d+)?\s*(?:百万|千万|万亿|万|亿|%)?(?![\d.]*[a-z])", scaled):
        yield "number", match.group().strip(), plain_number(numbers_as_digits(match.group().strip(), "zh"))
    for match in _RUN.finditer(scaled):
        key = plain_number(numbers_as_digits(match.group(), "zh"))
        is_counted = match.group()[0] not in "百千万亿" and float(key.rstrip("%")) >= _SPOKEN_FROM
        if match.group(1) or is_counted:
            yield "number", match.group(), key


def _names(text: str) -> Iterator[tuple[str, str, str]]:
    for match in _SOURCE.finditer(text):
        if not _VAGUE.match(match.group(1)):
            yield "name", match.group(1), _plain(match.group(1))
    for match in _PERSON.finditer(text):
        yield "name", match.group(1), _plain(match.group(1))
    for match in _FOREIGN.finditer(text):
        name = _SPEAKS.sub("", match.group())
        yield "name", name, _plain(name)
    for name in _organisations(text):
        yield "name", name, _plain(name)


@lru_cache(maxsize=64)
def _organisations(text: str) -> tuple[str, ...]:
    """Names that end like an organisation: a word of its own, or such an ending with the word before it."""
    found: list[str] = []
    previous = ""
    for word in chinese_words(text):
        match = _ORGANISATION.search(word)
        if match and match.start() > 0:
            found.append(word)
        elif match and previous and previous not in _NO_NAME and re.fullmatch(r"[\u4e00-\u9fff]{2,}", previous):
            found.append(previous + word)
        previous = word
    return tuple(found)
