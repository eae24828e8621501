"""How fast `text:llamacpp/gemma-270m` writes with 1, 2, 4 and 8 passages at once, and what reproducibility costs.

    python bench/text_slots.py [--tokens 48] [--passages 8]

"isolated" is the engine: a context per core, one passage per context. "batched" is one llama.cpp context with eight
slots and all cores, which is faster in company but changes texts with it: the last column counts the passages whose
text differs from the same request made alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from miaobi.base.engine import TextRequest
from miaobi.create.llamacpp.contexts import usable_cores
from miaobi.create.llamacpp.name import locate_files, parse_name
from miaobi.create.text_llamacpp import LlamacppTextEngine

STARTS = ("The city woke slowly, and", "Trees cool a street because", "Dear guests, we are pleased", "春天来了，")
Write = Callable[[TextRequest], tuple[str, int]]


def batched(model: Path, slots: int) -> Write:
    """One context with several slots, for comparison."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_parallel, params.n_ctx = slots, 2048 * slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = usable_cores()
    params.kv_unified = params.fit_params = params.ui = params.cache_prompt = False
    params.n_gpu_layers, params.verbosity = 0, -1
    server = xllamacpp.Server(params)

    def write(request: TextRequest) -> tuple[str, int]:
        answers: list[str] = []
        body = {"prompt": request.prompt, "seed": request.seed, "n_predict": request.max_tokens, "cache_prompt": False}
        body |= {"temperature": request.temperature, "top_k": request.top_k, "ignore_eos": True}
        server.handle_completions(json.dumps(body), lambda text: answers.append(text))
        answer = json.loads(answers[-1])
        return answer["choices"][0]["text"], int(answer["usage"]["completion_tokens"])

    return write


def isolated(engine: LlamacppTextEngine) -> Write:
    """The engine."""

    def write(request: TextRequest) -> tuple[str, int]:
        result = engine.generate(request)
        return result.text, result.completion_tokens

    return write


def measure(title: str, write: Write, requests: list[TextRequest]) -> None:
    """Print a row for each number of passages at once."""
    alone: list[str] = []
    base = 0.0
    for at_once in (1, 2, 4, 8):
        started = time.perf_counter()
        with ThreadPoolExecutor(at_once) as threads:
            done = list(threads.map(write, requests))
        rate = sum(tokens for _, tokens in done) / (time.perf_counter() - started)
        alone, base = alone or [text for text, _ in done], base or rate
        changed = sum(text != before for (text, _), before in zip(done, alone, strict=True))
        print(f"{title:10} {at_once:8} {rate:10.1f} {rate / base:8.2f} {changed:5} of {len(done)}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Tokens per second of the embedded language model.")
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--passages", type=int, default=8)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "miaobi-bench")
    asked = parser.parse_args()
    requests = [
        TextRequest(prompt=STARTS[number % len(STARTS)], max_tokens=asked.tokens, seed=number)
        for number in range(asked.passages)
    ]
    started = time.perf_counter()
    engine = LlamacppTextEngine.open("gemma-270m", asked.home)
    print(
        f"opened in {time.perf_counter() - started:.2f} s; {engine.parallel_slots} contexts; {usable_cores()} cores\n"
    )
    print(f"{'':10} {'at once':>8} {'tokens/s':>10} {'ratio':>8} changed")
    measure("isolated", isolated(engine), requests)
    engine.close()
    measure("batched", batched(locate_files(parse_name("gemma-270m"), asked.home).model, 8), requests)


if __name__ == "__main__":
    main()
