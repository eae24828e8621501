"""`text:lab/NAME`: a language model trained in this lab, as a text engine.

`describe` reads JSON and digests; PyTorch or onnxruntime is imported when the engine is opened.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from miaobi.base.engine import Engine, EngineCard, Modality, TextRequest, TextResult
from miaobi.base.progress import report_progress
from miaobi.errors import EngineUnavailableError, GenerationError, InputError
from miaobi.train.catalog import find_model, load_class
from miaobi.train.engine_card import card_of, names_of, runs_on_onnx
from miaobi.train.folder import ModelFolder

if TYPE_CHECKING:
    from miaobi.train.language.beams import Beam
    from miaobi.train.language.network import Network
    from miaobi.train.language.passage import Passage, Vocabulary

ENGINE_VERSION = 2
"""Raised whenever this engine's own code changes what a request gives."""

_NOTE = "Control tokens are never written. A request with a JSON Schema is refused."


class LabTextEngine(Engine[TextRequest, TextResult]):
    """See the module docstring. Works on one request at a time."""

    modality: ClassVar[Modality] = "text"
    supports_stream: ClassVar[bool] = True

    def __init__(self, card: EngineCard, network: Network, vocabulary: Vocabulary) -> None:
        super().__init__(card)
        self._network: Network | None = network
        self._vocabulary = vocabulary
        self._lock = threading.Lock()

    @classmethod
    def names_in(cls, home: Path) -> tuple[str, ...]:
        """The models trained below `home`; one without a name, which says how to train one, when there are none."""
        return names_of(home, "text")

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """The card; its `missing` says so when there is no such model, or a file of it is gone or damaged."""
        return card_of("text", name, home, version=ENGINE_VERSION, note=_NOTE)

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        """Load the weights, for PyTorch where it is installed, else for onnxruntime where the model is exported.

        EngineUnavailableError when both are missing, or a file is missing or damaged.
        """
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"The engine {card.id} cannot be opened: {card.missing}")
        try:
            network, vocabulary = _open_model(ModelFolder(home, name))
        except InputError as error:
            raise EngineUnavailableError(f"The engine {card.id} cannot be opened: {error}") from error
        return cls(card, network, vocabulary)

    def generate(self, request: TextRequest) -> TextResult:
        """Continue the prompt. GenerationError for a JSON Schema and for banned strings that keep coming back."""

        def watch(_text: str, tokens: int) -> None:
            report_progress(tokens, request.max_tokens, "tokens")

        passage = self._write(request, watch)
        return TextResult(
            made_by=self.made_by,
            credits=self.card.credits,
            text=passage.text,
            finish_reason=passage.finish_reason,
            prompt_tokens=passage.prompt_tokens,
            completion_tokens=passage.completion_tokens,
            logprobs=passage.logprobs if request.top_logprobs is not None else None,
        )

    def stream(self, request: TextRequest) -> Iterator[str]:
        """The text of `generate` in bits. Closing the iterator stops the model at its next token."""
        bits: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        cancelled = threading.Event()

        def offer(text: str, _tokens: int) -> None:
            if cancelled.is_set():
                raise _CancelledError
            if text:
                bits.put(text)

        def work() -> None:
            try:
                self._write(request, offer)
                bits.put(None)
            except BaseException as error:  # noqa: BLE001 - raised again where the iterator is read
                bits.put(error)

        threading.Thread(target=work, name="miaobi-lab-stream").start()
        try:
            while (bit := bits.get()) is not None:
                if isinstance(bit, BaseException):
                    raise bit
                yield bit
        finally:
            cancelled.set()

    def search(self, request: TextRequest, watch: Callable[[int], None] = lambda _tokens: None) -> tuple[Beam, ...]:
        """The likeliest passages, found by beam search, best first: at most `request.beams`.

        `watch` gets the tokens read so far. GenerationError for what cannot be searched for.
        """
        if request.top_logprobs is not None:
            raise GenerationError(
                f"The engine {self.card.id} reports no log-probabilities of a beam search.", hint="Ask with beams=1."
            )
        from miaobi.train.language.beams import search_beams

        def watched(tokens: int) -> None:
            self._open_network()
            watch(tokens)

        with self._at_work() as network:
            return search_beams(network, self._vocabulary, request, watched)

    def close(self) -> None:
        """Give the memory back; a running request ends at its next token."""
        self._network = None

    def _write(self, request: TextRequest, emit: Any) -> Passage:
        if request.json_schema is not None:
            raise GenerationError(
                f"The engine {self.card.id} cannot follow a JSON Schema.", hint="Use text:llamacpp/gemma-270m for that."
            )
        if request.beams > 1:
            best = self.search(request, lambda tokens: emit("", tokens))[0].passage
            emit(best.text, best.completion_tokens)
            return best
        from miaobi.train.language.passage import write_passage

        def watched(text: str, tokens: int) -> None:
            self._open_network()
            emit(text, tokens)

        with self._at_work() as network:
            return write_passage(network, self._vocabulary, request, watched)

    @contextmanager
    def _at_work(self) -> Iterator[Network]:
        """The network, for this thread alone; what its library cannot do is told as ours."""
        with self._lock:
            try:
                yield self._open_network()
            except (RuntimeError, MemoryError) as error:
                raise GenerationError(f"The model {self.card.id} failed: {error}") from error

    def _open_network(self) -> Network:
        if self._network is None:
            raise GenerationError(f"The engine {self.card.id} was closed.", hint="Open it again.")
        return self._network


class _CancelledError(Exception):
    """The reader of a stream went away."""


def _open_model(folder: ModelFolder) -> tuple[Network, Vocabulary]:
    if runs_on_onnx(folder):
        from miaobi.train.language.onnx_network import open_exported_model

        return open_exported_model(folder)
    from miaobi.train.language.task import open_language_model
    from miaobi.train.language.torch_network import TorchNetwork

    opener = find_model(folder.read_config()["model"]).opener
    module, vocabulary = load_class(opener)(folder) if opener else open_language_model(folder)
    return TorchNetwork(module), vocabulary
