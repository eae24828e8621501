"""`text:fake`: instant, deterministic text about the words of its prompt, for tests, documentation and dry runs.

It writes plain sentences in English or Chinese (by the end of the prompt), never the same one twice within a result,
and honours token limits, stop strings, banned strings, JSON schemas and log-probabilities. A token is about four
letters or one Chinese character. Everything is drawn from a hash of the whole request, so a swapped input shows.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from miaobi.base.engine import Engine, EngineCard, Modality, TextRequest, TextResult, TokenLogprob
from miaobi.errors import GenerationError

_TAIL_CHARACTERS = 600
_SENTENCES_AT_MOST = 60
_CJK = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(r"[\u3400-\u9fff]|\s?[^\s\u3400-\u9fff]{1,4}|\s")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s*\S*")
_LABEL_LINE = re.compile(r"(?i)(?:title|headline|heading|caption|name|标题|題目|题目|图注|名称)\s*[:：]\s*$")

_ENGLISH_SENTENCES = (
    "{A} and {b} belong together more often than people think.",
    "Every morning, {a} gives {b} a reason to change.",
    "Some say that {a} begins where {b} ends, and they may be right.",
    "In {n} years, {a} has become part of how we see {b}.",
    "Without {a}, {b} would be harder to explain.",
    "People who know {a} well speak about {b} with patience.",
    "There is a quiet link between {a} and {b}, and it is worth a second look.",
    "A small step towards {a} can carry {b} a long way.",
    "{A} asks for time, while {b} asks for care.",
    "Those who work with {a} rarely forget what they learned from {b}.",
    "When {b} is near, {a} feels different.",
    "The story of {a} is also a story about {b}.",
    "Good plans for {a} leave some room for {b}.",
    "Nobody planned it, but {a} made {b} easier to share.",
    "Look closely at {a} and you will notice {b}.",
    "For {n} families out of a hundred, {a} matters as much as {b}.",
)
_CHINESE_SENTENCES = (
    "{a}与{b}常常一同出现。",
    "每天清晨，{a}都给{b}带来一点变化。",
    "有人说，{a}结束的地方正是{b}开始的地方。",
    "{n}年来，{a}已经成为我们理解{b}的一部分。",
    "没有{a}，{b}就难以说清楚。",
    "熟悉{a}的人，谈起{b}总是很有耐心。",
    "{a}和{b}之间有一种安静的联系，值得再看一眼。",
    "向{a}迈出一小步，能让{b}走得很远。",
    "{a}需要时间，{b}需要用心。",
    "仔细看{a}，你会发现{b}。",
    "{a}的故事，也是{b}的故事。",
    "好的{a}总会为{b}留出一些余地。",
    "谁也没有料到，{a}让{b}变得更容易分享。",
    "靠近{b}的时候，{a}给人的感觉便不一样。",
)
_ENGLISH_PHRASES = ("What {a} can teach us about {b}", "{A} and {b}", "A new look at {a}", "Why {a} needs {b}")
_CHINESE_PHRASES = ("{a}与{b}", "走近{a}", "{a}里的{b}", "重新认识{a}", "为什么{a}离不开{b}")
_ENGLISH_FALLBACK = ("light", "water", "work", "memory", "home", "weather", "paper", "music")
_CHINESE_FALLBACK = ("光", "水", "日子", "记忆", "故乡", "天气", "纸", "音乐")
_ENGLISH_DULL = frozenset(
    re.findall(
        r"\w+",
        """a about after all also an and any are as at be because been before being but by can could did do does
        each for from had has have her here his how i if in into is it its just more most my no not of on one
        only or other our out over say she should so some such than that the their them then there these they
        this those through to too two under up use very was we were what when where which while who why will with
        would write you your title article text section paragraph sentence sentences words word topic language
        english chinese""",
    )
)
_CHINESE_DULL = frozenset(
    "的了是在和与及或就也都而又但被把给对从到以为之其这那哪我你他她它们个一不没有要会能可请写用于上下中里篇关标题"
)


_IGNORED = {"no_repeat_ngram", "beams", "length_penalty"}
"""Ways of searching that invented words have no use for: they leave them as they are."""


class FakeTextEngine(Engine[TextRequest, TextResult]):
    """See the module docstring. Any name is accepted and makes a different fake."""

    modality: ClassVar[Modality] = "text"
    supports_stream: ClassVar[bool] = True
    parallel_slots = 8

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        suffix = f"/{name}" if name else ""
        return EngineCard(
            id=f"text:fake{suffix}",
            modality="text",
            fingerprint=f"text-fake-1{suffix}",
            summary="instant made-up sentences, for tests and dry runs",
            languages=("en", "zh"),
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: TextRequest) -> TextResult:
        """Sentences about the prompt's words. GenerationError when the JSON schema cannot be read."""
        asked = self.card.fingerprint + request.model_dump_json(exclude=_IGNORED)
        digest = hashlib.sha256(asked.encode()).digest()
        rng = random.Random(int.from_bytes(digest, "big"))  # noqa: S311 - no secret
        if request.json_schema is None:
            whole = "".join(_prose(request, rng))
        else:
            whole = _json_text(request.json_schema, _Writer(request, rng), rng)
        text, finish_reason = _cut(whole, request)
        tokens = split_tokens(text)
        return TextResult(
            made_by=self.made_by,
            text=text,
            finish_reason=finish_reason,
            prompt_tokens=len(split_tokens(request.prompt)),
            completion_tokens=len(tokens),
            logprobs=None if request.top_logprobs is None else _logprobs(tokens, request.top_logprobs, rng),
        )

    def stream(self, request: TextRequest) -> Iterator[str]:
        """The text of `generate`, token by token."""
        yield from split_tokens(self.generate(request).text)


def split_tokens(text: str) -> list[str]:
    """Pieces of about four letters or one Chinese character that join to `text` again."""
    return _TOKEN.findall(text)


class _Writer:
    """Fills sentence patterns with the prompt's words and remembers what it has written."""

    def __init__(self, request: TextRequest, rng: random.Random) -> None:
        tail = request.prompt[-_TAIL_CHARACTERS:]
        self.is_chinese = len(_CJK.findall(tail[-80:])) * 4 > len(tail[-80:].strip())
        self.topics = _chinese_topics(tail) if self.is_chinese else _english_topics(tail)
        self._banned = request.banned
        self._rng = rng
        self._said: set[str] = set()
        self._bag: list[str] = []

    def sentence(self) -> str | None:
        """A sentence not written before, None when there is none left."""
        return self._fill(_CHINESE_SENTENCES if self.is_chinese else _ENGLISH_SENTENCES)

    def phrase(self) -> str | None:
        """A few words without a full stop, as a title has."""
        return self._fill(_CHINESE_PHRASES if self.is_chinese else _ENGLISH_PHRASES)

    def _fill(self, patterns: tuple[str, ...]) -> str | None:
        """Every pattern is used once before one comes again."""
        article = "" if self.is_chinese else "the "
        for _ in range(40):
            self._bag = [pattern for pattern in self._bag if pattern in patterns] or list(patterns)
            pattern = self._bag.pop(self._rng.randrange(len(self._bag)))
            first, second = (article + topic for topic in self._rng.sample(self.topics, 2))
            text = pattern.format(a=first, b=second, A=first[:1].upper() + first[1:], n=self._rng.randrange(3, 90))
            if text not in self._said and not any(word and word in text for word in self._banned):
                self._said.add(text)
                return text
        return None


def _english_topics(tail: str) -> list[str]:
    words = [word.lower() for word in re.findall(r"[A-Za-z][A-Za-z'-]{2,}", tail)]
    topics = list(dict.fromkeys(word for word in reversed(words) if word not in _ENGLISH_DULL))[:12]
    return _filled(topics, _ENGLISH_FALLBACK)


def _chinese_topics(tail: str) -> list[str]:
    """Two-character pieces between function characters: close enough to words for a fake."""
    runs = re.split("[" + "".join(sorted(_CHINESE_DULL)) + r"]|[^\u3400-\u9fff]", tail)
    pieces = [run[start : start + 2] for run in runs for start in range(0, len(run) - 1, 2)]
    topics = list(dict.fromkeys(reversed(pieces)))[:12]
    return _filled(topics, _CHINESE_FALLBACK)


def _filled(topics: list[str], fallback: tuple[str, ...]) -> list[str]:
    """At least five, so that sentences can differ."""
    return topics + [word for word in fallback if word not in topics][: max(0, 5 - len(topics))]


def _prose(request: TextRequest, rng: random.Random) -> Iterator[str]:
    """A title line or list items where the prompt ends with such a start, then paragraphs."""
    writer = _Writer(request, rng)
    last_line = request.prompt.rstrip(" \t").rsplit("\n", 1)[-1]
    if request.prompt and not request.prompt[-1].isspace() and not writer.is_chinese:
        yield " "
    if _LIST_MARK.match(last_line) and len(last_line) < 40:
        yield "\n- ".join(item for item in (writer.phrase() for _ in range(6)) if item)
        yield "\n\n"
    elif _LABEL_LINE.search(last_line) or request.max_tokens <= 32:
        yield f"{writer.phrase() or writer.topics[0]}\n\n"
    gap = "" if writer.is_chinese else " "
    for _ in range(_SENTENCES_AT_MOST // 4):
        paragraph = [text for text in (writer.sentence() for _ in range(rng.randrange(3, 6))) if text]
        if not paragraph:
            return
        yield gap.join(paragraph) + "\n\n"


def _cut(text: str, request: TextRequest) -> tuple[str, Literal["stop", "length"]]:
    """The text up to the first stop string or the token limit, whichever comes first."""
    stops = [position for position in (text.find(stop) for stop in request.stop if stop) if position >= 0]
    text = text[: min(stops)] if stops else text.rstrip("\n")
    tokens = split_tokens(text)
    if len(tokens) > request.max_tokens:
        return "".join(tokens[: request.max_tokens]), "length"
    return text, "stop"


def _logprobs(tokens: list[str], alternatives: int, rng: random.Random) -> tuple[TokenLogprob, ...]:
    """Between -0.05 and -2.5; of `alternatives` the chosen token is the first, the others share what is left."""
    listed = []
    for token in tokens:
        logprob = -rng.uniform(0.05, 2.5)
        others = ((f"{token}{rank}", round(logprob - rank, 4)) for rank in range(1, alternatives))
        top = ((token, round(logprob, 4)), *others) if alternatives else ()
        listed.append(TokenLogprob(token=token, logprob=round(logprob, 4), top=top))
    return tuple(listed)


# ---------------------------------------------------------------- JSON


def _json_text(schema_text: str, writer: _Writer, rng: random.Random) -> str:
    try:
        schema = json.loads(schema_text)
    except ValueError as error:
        raise GenerationError(f"The JSON schema is not JSON: {error}") from error
    return json.dumps(_instance(schema, schema, writer, rng, 0), ensure_ascii=False)


def _instance(schema: Any, root: Any, writer: _Writer, rng: random.Random, depth: int) -> Any:
    """A small valid instance: every listed property, as few items as allowed but at least one."""
    if not isinstance(schema, dict):
        return writer.phrase() or ""
    schema = _resolve(schema, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties, required = schema.get("properties", {}), schema.get("required", [])
        wanted = required if depth > 8 else [*properties, *required]
        return {name: _instance(properties.get(name), root, writer, rng, depth + 1) for name in dict.fromkeys(wanted)}
    if kind == "array":
        count = min(max(schema.get("minItems", 0), 0 if depth > 8 else 1), schema.get("maxItems", 1 << 20))
        return _items(schema, root, writer, rng, depth, count)
    if kind in ("integer", "number"):
        return _number(schema, rng, whole=kind == "integer")
    if kind == "boolean":
        return rng.random() < 0.5
    return None if kind == "null" else _string(schema, writer)


def _resolve(schema: dict[str, Any], root: Any) -> dict[str, Any]:
    """Follow local `$ref`s, take the first of alternatives and merge `allOf`."""
    for _ in range(32):
        if "$ref" in schema:
            target = root
            for step in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
                target = target.get(step, {}) if step else target
            schema = target
        elif "anyOf" in schema or "oneOf" in schema:
            schema = (schema.get("anyOf") or schema.get("oneOf") or [{}])[0]
        elif "allOf" in schema:
            rest = {key: value for key, value in schema.items() if key != "allOf"}
            for part in schema["allOf"]:
                rest |= _resolve(part, root)
            schema = rest
        else:
            return schema
    raise GenerationError("The JSON schema's references go round in a circle.")


def _items(schema: dict[str, Any], root: Any, writer: _Writer, rng: random.Random, depth: int, count: int) -> list[Any]:
    items: list[Any] = []
    for _ in range(count * 8):
        if len(items) == count:
            break
        item = _instance(schema.get("items", {}), root, writer, rng, depth + 1)
        if not (schema.get("uniqueItems") and item in items):
            items.append(item)
    return items


def _number(schema: dict[str, Any], rng: random.Random, *, whole: bool) -> int | float:
    low: float = schema.get("minimum", schema.get("exclusiveMinimum", 0 if schema.get("maximum", 1) >= 0 else -100))
    high: float = schema.get("maximum", schema.get("exclusiveMaximum", low + 10))
    if not whole:
        return round(low + (high - low) * rng.uniform(0.25, 0.75), 6)
    first = int(low) + (1 if "exclusiveMinimum" in schema or low > int(low) else 0)
    last = int(high) - (1 if "exclusiveMaximum" in schema else 0)
    multiple = int(schema.get("multipleOf", 1))
    first += -first % multiple
    return rng.randrange(first, max(first, last) + 1, multiple)


def _string(schema: dict[str, Any], writer: _Writer) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1 << 20)
    gap = "" if writer.is_chinese else " "
    text = (writer.sentence() if most >= 80 else writer.phrase()) or ""
    while len(text) < least:
        more = writer.sentence() or "~" * (least - len(text))
        text = f"{text}{gap}{more}" if text else more
    return text[:most].rstrip() if len(text[:most].rstrip()) >= least else text[:most]
