"""`text:llamacpp/<model>`: language models in GGUF format, on the processor, through llama.cpp.

The packaged model is `text:llamacpp/gemma-270m`; any GGUF file works the same way by its path. LoRA adapters stand
after "+", files or models tuned in the lab (see llamacpp/name.py). The same request gives the same text alone or in
company, in any order, in another process and with any number of threads; llamacpp/contexts.py says how and at what
price.
"""

from __future__ import annotations

import platform
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Self

from miaobi.base.engine import Engine, EngineCard, Modality, TextRequest, TextResult, TokenLogprob
from miaobi.base.progress import report_progress
from miaobi.create.llamacpp.contexts import CONTEXT_TOKENS, ContextPool
from miaobi.create.llamacpp.header import read_header
from miaobi.create.llamacpp.name import (
    GEMMA,
    ModelFiles,
    ModelName,
    credits_of,
    digests_of,
    locate_files,
    missing_for,
    parse_name,
    require_plausible,
    tuned_names,
)
from miaobi.create.llamacpp.passage import Passage, write_passage
from miaobi.create.llamacpp.vocabulary import Vocabulary, vocabulary_of
from miaobi.create.model_files import package_version
from miaobi.errors import EngineUnavailableError, GenerationError

ENGINE_VERSION = 2
"""Raised whenever this engine's own code changes what a request gives."""

_NOTE = (
    "Control tokens are never written. Banned strings are avoided by going back to where they begin; under a JSON "
    "Schema only by token. Under a JSON Schema stop strings are not looked for."
)


class LlamacppTextEngine(Engine[TextRequest, TextResult]):
    """See the module docstring. `parallel_slots` is the number of contexts: one per core, four at most."""

    modality: ClassVar[Modality] = "text"
    supports_stream: ClassVar[bool] = True

    def __init__(self, card: EngineCard, files: ModelFiles) -> None:
        super().__init__(card)
        header = read_header(files.model, with_vocabulary=True)
        self._vocabulary: Vocabulary = vocabulary_of(header)
        trained_tokens = int(header.get(f"{header.get('general.architecture')}.context_length", CONTEXT_TOKENS))
        self.context_tokens = min(CONTEXT_TOKENS, trained_tokens)
        self._pool = ContextPool(files, self.context_tokens)
        self.parallel_slots = self._pool.size

    @classmethod
    def names_in(cls, home: Path) -> tuple[str, ...]:
        """The names worth listing: the packaged model, and adapters tuned in the lab on their bases."""
        return (GEMMA, *tuned_names(home))

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """The card. UnknownNameError for a name that is neither the packaged model nor the path of a .gguf file."""
        parsed = parse_name(name)
        require_plausible(parsed)
        missing = missing_for(parsed, home)
        is_gemma = parsed.model == GEMMA and not parsed.adapters
        is_here = missing is None or is_gemma
        return EngineCard(
            id=f"text:llamacpp/{name}",
            modality="text",
            fingerprint=_fingerprint(digests_of(parsed, home)) if is_here else "missing",
            summary=_summary(parsed),
            languages=("en",) if is_gemma else (),
            credits=credits_of(parsed, home) if is_here else (),
            missing=missing,
            note=_NOTE,
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        """Load the model; joins the packaged one below `home/models` on first use."""
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"The engine {card.id} cannot be opened: {card.missing}")
        return cls(card, locate_files(parse_name(name), home))

    def generate(self, request: TextRequest) -> TextResult:
        """Continue the prompt. GenerationError for a prompt longer than the context, for JSON cut short, for beams."""
        _require_sampling(request)

        def watch(_text: str, tokens: int) -> None:
            self._require_open()
            report_progress(tokens, request.max_tokens, "tokens")

        with self._pool.lend() as context:
            passage = write_passage(context, request, self._vocabulary, watch)
        return self._result(request, passage)

    def stream(self, request: TextRequest) -> Iterator[str]:
        """The text of `generate` in bits. Closing the iterator stops the model at its next token."""
        _require_sampling(request)
        bits: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        cancelled = threading.Event()

        def offer(text: str, _tokens: int) -> None:
            self._require_open()
            if cancelled.is_set():
                raise _CancelledError
            if text:
                bits.put(text)

        def work() -> None:
            try:
                with self._pool.lend() as context:
                    write_passage(context, request, self._vocabulary, offer)
                bits.put(None)
            except BaseException as error:  # noqa: BLE001 - raised again where the iterator is read
                bits.put(error)

        threading.Thread(target=work, name="miaobi-text-stream").start()
        try:
            while (bit := bits.get()) is not None:
                if isinstance(bit, BaseException):
                    raise bit
                yield bit
        finally:
            cancelled.set()

    def close(self) -> None:
        """Stop running requests and give the memory back."""
        self._pool.close()

    def _require_open(self) -> None:
        if self._pool.is_closed:
            raise GenerationError("The llama.cpp engine was closed while it was writing.", hint="Open it again.")

    def _result(self, request: TextRequest, passage: Passage) -> TextResult:
        logprobs: tuple[TokenLogprob, ...] | None = None
        if request.top_logprobs is not None:
            logprobs = tuple(
                entry.model_copy(update={"top": entry.top[: request.top_logprobs]}) for entry in passage.logprobs
            )
        return TextResult(
            made_by=self.made_by,
            credits=self.card.credits,
            text=passage.text,
            finish_reason=passage.finish_reason,
            prompt_tokens=passage.prompt_tokens,
            completion_tokens=passage.completion_tokens,
            logprobs=logprobs,
        )


def _require_sampling(request: TextRequest) -> None:
    """llama.cpp has neither beam search nor a ban on repeated n-grams; a wish for them is not passed over silently."""
    if request.beams > 1 or request.no_repeat_ngram:
        wish = "beams" if request.beams > 1 else "no_repeat_ngram"
        raise GenerationError(
            f"The llama.cpp engine cannot do what {wish} asks for.", hint="Use a text:lab engine, or leave it out."
        )


class _CancelledError(Exception):
    """The reader of a stream went away."""


def _summary(name: ModelName) -> str:
    if not name.adapters:
        return "Gemma 3 270M base, embedded" if name.model == GEMMA else f"{Path(name.model).name} through llama.cpp"
    adapters = " and ".join(Path(adapter.path).stem for adapter in name.adapters)
    return f"{Path(name.model).name} tuned by {adapters}, through llama.cpp"


def _fingerprint(digests: tuple[str, ...]) -> str:
    """Everything the output depends on. Kernels differ between processor families, so these are named too."""
    version = package_version("xllamacpp") or "missing"
    return f"llamacpp-{ENGINE_VERSION} xllamacpp-{version} {platform.machine().lower()} {' '.join(digests)}"
