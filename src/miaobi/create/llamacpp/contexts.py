"""llama.cpp contexts that work side by side without changing each other's results.

One context with several slots decodes all of them as one batch, and the matrix kernels chosen for a batch of four or
eight sum in another order than those for a batch of one: measured on the packaged model, log-probabilities moved by
up to 1.4 and most texts changed with their company, with and without weight repacking and flash attention. Contexts
that hold a single slot each were equal to the last bit, alone or side by side, in any order, with one, two or three
threads. So a request has a context for itself (bench/text_slots.py prints the price). Contexts share the weights
through the page cache, and a context's threads never wait for those of another, which keeps a busy machine usable.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from miaobi.create.llamacpp.name import ModelFiles
from miaobi.errors import EngineUnavailableError, GenerationError

MAX_CONTEXTS = 4
CONTEXT_TOKENS = 8192
_SHORTEST_HEAD_CHARACTERS = 80
_READ_ONLY = {"n_predict": 0, "stream": True}
_MARK_TOKEN = 0  # padding or unknown in every vocabulary: no text begins with it
OnChunk = Callable[[dict[str, Any]], bool]
"""Is given each piece of a streamed answer; True stops it."""


class _Server(Protocol):
    """What is used of `xllamacpp.Server`."""

    def handle_completions(self, body: str, callback: Callable[[str], bool], /) -> None:
        """Call `callback` with each chunk, as JSON text, until it returns True or the answer is complete."""


class Context:
    """A llama.cpp server with one slot, which can be freed although a traceback still refers to this."""

    def __init__(self, server: _Server) -> None:
        self._server: _Server | None = server
        self._head = ""

    def complete_prompt(self, body: dict[str, Any], blank_line: int | None, on_chunk: OnChunk) -> None:
        """Run one request whose prompt may begin like the one before (a recipe's worked examples).

        blank_line  the token of two line ends, where a prompt can be cut; None where the model has none

        What a context has read it need not read again, but log-probabilities depend on how a prompt is cut into
        batches. So it is always cut at the same place, `split_head`: the head is read from scratch as one batch, or
        was; the rest is another. Before the rest is read the context goes back to exactly the head, by reading one
        token that no text begins with.
        """
        prompt = body["prompt"] if isinstance(body["prompt"], list) else [body["prompt"]]
        head, tail = split_head(prompt[0])
        is_known = bool(head) and head == self._head
        self._head = ""  # until it has been read without a fault
        if not head or blank_line is None:
            self.complete(body, on_chunk)
            return
        begun = [head.removesuffix("\n\n"), blank_line]
        self.complete({**_READ_ONLY, "prompt": [*begun, _MARK_TOKEN], "cache_prompt": is_known}, lambda _: False)
        self._head = head
        self.complete({**body, "prompt": [*begun, tail, *prompt[1:]], "cache_prompt": True}, on_chunk)

    def complete(self, body: dict[str, Any], on_chunk: OnChunk) -> None:
        """Run one request, giving its chunks to `on_chunk`; what that raises is raised here.

        GenerationError when llama.cpp refuses the request; that for a prompt too long names the sizes.
        """
        if self._server is None:
            raise GenerationError("The llama.cpp engine was closed.", hint="Open it again.")
        raised: list[BaseException] = []

        def receive(text: str) -> bool:
            try:  # an exception must not unwind through C++, so it travels around it
                chunk = json.loads(text)
                if "error" in chunk:
                    raise _refusal(chunk["error"])
                return on_chunk(chunk)
            except BaseException as error:  # noqa: BLE001
                raised.append(error)
                return True

        self._server.handle_completions(json.dumps(body), receive)
        if raised:
            raise raised[0]

    def free(self) -> None:
        """Give the memory back."""
        self._server = None


def split_head(prompt: str) -> tuple[str, str]:
    """(head, rest): the head ends with the last blank line that has text after it; "" when it is not worth keeping."""
    cut = prompt.rstrip("\n").rfind("\n\n") + 2
    return (prompt[:cut], prompt[cut:]) if cut > _SHORTEST_HEAD_CHARACTERS else ("", prompt)


def usable_cores() -> int:
    """The cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ContextPool:
    """Up to `size` contexts of one model, opened when first needed and lent to one request at a time."""

    def __init__(self, files: ModelFiles, context_tokens: int) -> None:
        cores = usable_cores()
        self.size = max(1, min(MAX_CONTEXTS, cores))
        self._threads = max(1, cores // self.size)
        self._files = files
        self._context_tokens = context_tokens
        self._condition = threading.Condition()
        self._lent = 0
        self._is_closed = False
        self._idle = [open_context(files, context_tokens, self._threads)]

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called; running requests then stop at their next token."""
        return self._is_closed

    @contextmanager
    def lend(self) -> Iterator[Context]:
        """A context for the length of the `with` block; waits for one. GenerationError once the pool is closed."""
        context = self._take()
        try:
            yield context
        finally:
            with self._condition:
                self._lent -= 1
                self._idle.append(context)
                self._condition.notify_all()

    def _take(self) -> Context:
        with self._condition:
            self._condition.wait_for(lambda: self._is_closed or self._idle or self._lent < self.size)
            if self._is_closed:
                raise GenerationError("The llama.cpp engine was closed.", hint="Open it again.")
            self._lent += 1
            if self._idle:
                return self._idle.pop()
        try:
            return open_context(self._files, self._context_tokens, self._threads)
        except BaseException:
            with self._condition:
                self._lent -= 1
                self._condition.notify_all()
            raise

    def close(self) -> None:
        """Stop what is running, wait for it, and give the memory back. May be called again."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._lent == 0)
            for context in self._idle:
                context.free()
            self._idle.clear()


_LONGEST_SOCKET_PATH = 104  # bytes, on macOS; 108 on Linux
_opening = threading.Lock()  # llama.cpp's start-up touches process-wide state


def open_context(files: ModelFiles, context_tokens: int, threads: int) -> Context:
    """A context with one slot. EngineUnavailableError when xllamacpp is missing or refuses the model."""
    try:
        import xllamacpp
    except ImportError as error:
        raise EngineUnavailableError(
            f"The package xllamacpp cannot be imported: {error}.", hint="Run: pip install xllamacpp"
        ) from error
    # The binding always serves HTTP as well. It gets a socket file in a private folder, deleted as soon as it is
    # bound (nobody can connect any more), and a key nobody knows where socket files are not to be had.
    with _opening, tempfile.TemporaryDirectory(prefix="miaobi-") as folder:
        params = _parameters(xllamacpp, files, context_tokens, threads)
        params.api_keys = [secrets.token_hex(16)]
        socket = str(Path(folder) / "s.sock")
        has_sockets = sys.platform != "win32" and len(socket.encode()) < _LONGEST_SOCKET_PATH
        params.hostnames = [socket if has_sockets else "127.0.0.1"]
        try:
            return Context(xllamacpp.Server(params))
        except (RuntimeError, ValueError) as error:
            raise EngineUnavailableError(
                f"llama.cpp could not load {files.model} with {len(files.adapters)} adapters: {error}",
                hint="The file may be damaged, need a newer xllamacpp, or not fit into memory.",
            ) from error


def _parameters(xllamacpp: Any, files: ModelFiles, context_tokens: int, threads: int) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = str(files.model)
    params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(path), scale) for path, scale in files.adapters]
    params.n_parallel = 1
    params.n_ctx = context_tokens
    params.n_batch = params.n_ubatch = 512
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.n_threads_http = 1
    params.n_gpu_layers = 0
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_MMAP
    params.no_extra_bufts = True  # repacked weights would be a private copy in every context
    params.kv_unified = params.ctx_shift = params.fit_params = params.warmup = params.ui = False
    # What one request leaves for the next is decided in complete_prompt; a sliding-window cache could not be kept.
    params.swa_full = True
    params.cache_prompt = params.cache_idle_slots = False
    params.cache_ram_mib = params.n_ctx_checkpoints = 0
    params.verbosity = -1
    return params


def _refusal(error: dict[str, Any]) -> GenerationError:
    if error.get("type") == "exceed_context_size_error":
        return GenerationError(
            f"The prompt has {error.get('n_prompt_tokens')} tokens; this model's context holds {error.get('n_ctx')}.",
            hint="Shorten the prompt.",
        )
    return GenerationError(f"llama.cpp refused the request: {error.get('message')}", hint="Check its settings.")
