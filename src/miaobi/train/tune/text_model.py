"""A causal language model of transformers with a low-rank adapter, and its vocabulary.

Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2021), through PEFT.

Shapes: B sequences, T tokens, V vocabulary, W width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import torch
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.language.passage import Vocabulary
from miaobi.train.options import validated
from miaobi.train.tune.quiet import quiet
from miaobi.train.tune.text_config import TextTuningConfig
from miaobi.train.tune.tuned import Tuned
from miaobi.train.tune.unpack import kept_folder
from miaobi.train.weights import load_weights

if TYPE_CHECKING:
    from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase

_LONGEST_CONTEXT: Final = 8192


class CacheState:
    """What a model of transformers remembers of the tokens it has read."""

    def __init__(self, cache: DynamicCache) -> None:
        self.cache = cache

    def select(self, rows: Sequence[int]) -> Self:
        """That of these rows, in this order."""
        if self.cache.get_seq_length():
            self.cache.batch_select_indices(torch.tensor(rows))
        return self


class TunedLanguageModel(Tuned):
    """Token ids to logits, as every language model here; `hidden` stops before the output layer."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__(model)
        trained = int(getattr(model.config.get_text_config(), "max_position_embeddings", 0) or _LONGEST_CONTEXT)
        self.context: int | None = min(trained, _LONGEST_CONTEXT)

    def new_state(self, batch: int) -> CacheState:  # noqa: ARG002 - it is as wide as the first ids
        """An empty memory for generation."""
        from transformers import DynamicCache

        return CacheState(DynamicCache(config=self.model.config))

    def forward(self, ids: Tensor, state: CacheState | None = None) -> Tensor:
        """ids B T to logits B T V; with a state, which ids follow and which reads them too, of the last token alone."""
        if state is None:
            logits: Tensor = self.model(input_ids=ids, use_cache=False).logits
        else:
            logits = self.model(input_ids=ids, cache=state.cache, use_cache=True, logits_to_keep=1).logits
        return logits

    def hidden(self, ids: Tensor) -> Tensor:
        """ids B T to B T W. What stands after a token is not seen by it, so padding at the end needs no mask."""
        states: Tensor = self.model.base_model(input_ids=ids, use_cache=False).last_hidden_state
        return states


class PromptVocabulary(Vocabulary):
    """The vocabulary of a model that others trained: a prompt begins as its tokenizer begins texts.

    size  how many tokens the model can write
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, end_id: int, size: int) -> None:
        super().__init__(tokenizer.backend_tokenizer, end_id, begins_with_end=False)
        self.silent = frozenset(token for token in self.silent if token < size)  # a tokenizer may know more
        self._begin = begin_ids(tokenizer)

    def prompt_ids(self, prompt: str) -> list[int]:
        """What the model reads before it writes; never empty."""
        ids: list[int] = self.tokenizer.encode(prompt, add_special_tokens=False).ids
        begin = self._begin if ids[: len(self._begin)] != self._begin else []  # a chat template writes it itself
        return [*begin, *ids] or self._first


def begin_ids(tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """The tokens that stand before every text, mostly one or none."""
    bare: list[int] = tokenizer("a", add_special_tokens=False).input_ids
    whole: list[int] = tokenizer("a").input_ids
    return whole[: len(whole) - len(bare)] if whole[-len(bare) :] == bare else whole[: whole.index(bare[0])]


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a base. InputError when it cannot be read."""
    from transformers import AutoTokenizer

    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise _unreadable(folder, "tokenizer", error) from error
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        raise InputError(f"The tokenizer in {folder} has no tokenizer.json.", hint="Save it with save_pretrained().")
    return tokenizer


def load_tuned(
    folder: Path, config: TextTuningConfig, dtype: torch.dtype = torch.float32, targets: Sequence[str] = ()
) -> TunedLanguageModel:
    """The base with a new adapter, which does nothing yet. InputError when the base cannot be read or adapted.

    targets  the layers that are adapted; () for every linear one
    """
    from peft import inject_adapter_in_model
    from transformers import AutoModelForCausalLM

    try:
        with quiet():
            model = AutoModelForCausalLM.from_pretrained(
                str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=dtype
            )
    except (ValueError, OSError, KeyError, TypeError, RuntimeError) as error:
        raise _unreadable(folder, "model", error) from error
    model.requires_grad_(False)
    layers = list(targets) or linear_layers(model)
    if not layers:
        raise InputError(f"The model in {folder} has no linear layers to adapt.", hint="Tune another model.")
    with quiet():
        inject_adapter_in_model(lora_config(config, layers), model)
    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()  # the adapter learns in float32, whatever the base is kept in
    return TunedLanguageModel(model)


def open_tuned(folder: ModelFolder) -> tuple[nn.Module, Vocabulary]:
    """A tuned model, ready to write, and its vocabulary. InputError when its base is gone or a file damaged."""
    network = folder.read_config()["network"]
    config = validated(TextTuningConfig, network["config"])
    place = kept_folder(config.base, config.base_digest, folder.home)
    module = load_tuned(place, config, targets=network["targets"])
    load_weights(module, folder)
    size = module.model.get_output_embeddings().weight.shape[0]
    return module.eval().requires_grad_(False), PromptVocabulary(load_tokenizer(place), network["end_id"], size)


def lora_config(config: TextTuningConfig, targets: Sequence[str]) -> Any:
    """The settings of the adapter in PEFT's words."""
    from peft import LoraConfig

    return LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,  # type: ignore[arg-type]  # it is only divided by the rank
        lora_dropout=config.dropout,
        target_modules=list(targets),
        bias="none",
        task_type="CAUSAL_LM",
    )


def linear_layers(model: PreTrainedModel) -> list[str]:
    """The names of the linear layers but for the output, by their last part: q_proj, k_proj..."""
    from transformers.pytorch_utils import Conv1D  # a linear layer with its matrix the other way round

    output = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    linear = [(name, part) for name, part in model.named_modules() if isinstance(part, (nn.Linear, Conv1D))]
    last = {name.rpartition(".")[2] for name, part in linear if part is not output}
    return sorted(last - {name.rpartition(".")[2] for name, part in linear if part is output})


def adapted_layers(model: nn.Module) -> list[str]:
    """The names of the layers that have an adapter, by their last part."""
    return sorted({name.split(".lora_A.")[0].rpartition(".")[2] for name, _ in model.named_parameters()
                   if ".lora_A." in name})  # fmt: skip


def peft_names(adapter: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The adapter's weights as PEFT names them in files."""
    return {f"base_model.model.{name.replace('.default.', '.')}": tensor for name, tensor in adapter.items()}


def _unreadable(folder: Path, what: str, error: Exception) -> InputError:
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    return InputError(
        f"The {what} in {folder} cannot be read by transformers: {said}", hint="Restore it, or name another base."
    )
