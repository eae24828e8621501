"""Transformer training: tokens per second of `miaobi train transformer` against nanoGPT's loop, in one process.

Same layers, heads, width, context, batch, vocabulary and text, dropout 0, AdamW with the same settings, clipping at 1,
same threads; once in float32 and once in bfloat16 autocast. The models are each project's own: nanoGPT's has LayerNorm,
GELU and learned positions, ours RMSNorm, SwiGLU, rotary positions and normalised queries and keys, with about as many
weights. The peer is nanoGPT's model.py with its `configure_optimizers`, driven by the steps of its train.py: windows at
random from a memory map, forward, the next batch, backward, clip, AdamW. As its readme says for processors it is not
compiled; neither is ours. (train.py leaves autocast out on processors; here it has it, so that both compute alike.)

    git clone https://github.com/karpathy/nanoGPT       # MIT licence; only model.py is used
    python bench/lab_transformer.py --nanogpt nanoGPT   # goal: at least 1.0 times as fast
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from lab_turns import Contest, Taken, Watch, add_dials, collect_text, dials_of, new_studio, print_head
from miaobi.train.data.dataset import TextDataset
from miaobi.train.data.open import open_dataset
from miaobi.train.language.transformer import TransformerConfig, TransformerModel

LAYERS, HEADS, CONTEXT = 4, 4, 256
OPTIMIZER = {
    "optimizer": "adamw", "learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1, "clip": 1.0,
}  # fmt: skip


class NanoGpt:
    """nanoGPT's model, trained as its train.py does."""

    def __init__(
        self, module: ModuleType, tokens: Path, vocabulary: int, width: int, batch: int, precision: str
    ) -> None:
        config = module.GPTConfig(
            block_size=CONTEXT, vocab_size=vocabulary, n_layer=LAYERS, n_head=HEADS, n_embd=width, dropout=0.0,
            bias=False,
        )  # fmt: skip
        with contextlib.redirect_stdout(io.StringIO()):
            self.model = module.GPT(config)
            self.optimizer = self.model.configure_optimizers(0.1, 1e-3, (0.9, 0.99), "cpu")
        self._tokens, self._batch_size, self._is_half = tokens, batch, precision == "bfloat16"
        self._inputs, self._targets = self._batch()

    def __call__(self, steps: int) -> Taken:
        """Train on."""
        watch = Watch()
        for _ in range(steps):
            self._step()
        return watch.taken()

    def _step(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = 1e-3
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._is_half):
            _, loss = self.model(self._inputs, self._targets)
        self._inputs, self._targets = self._batch()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        loss.item()  # for its log

    def _batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Windows at random places, from a memory map that is opened anew each time."""
        tokens = np.memmap(self._tokens, dtype=np.uint16, mode="r")
        starts = torch.randint(len(tokens) - CONTEXT, (self._batch_size,)).tolist()
        windows = [torch.from_numpy(tokens[start : start + CONTEXT + 1].astype(np.int64)) for start in starts]
        return torch.stack([w[:-1] for w in windows]), torch.stack([w[1:] for w in windows])


def load_nanogpt(folder: Path) -> ModuleType:
    """Its model.py as a module."""
    spec = importlib.util.spec_from_file_location("nanogpt_model", folder / "model.py")
    if spec is None or spec.loader is None or not (folder / "model.py").is_file():
        raise SystemExit(f"{folder} has no model.py: clone https://github.com/karpathy/nanoGPT there.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def weights_of(model: torch.nn.Module) -> str:
    """How many there are, e.g. "1.30 M"."""
    return f"{sum(weight.numel() for weight in model.parameters()) / 1e6:.2f} M weights"


def main() -> None:
    """Both precisions, and a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanogpt", type=Path, required=True, metavar="FOLDER", help="its clone")
    parser.add_argument("--width", type=int, default=160)
    parser.add_argument("--batch", type=int, default=32)
    add_dials(parser, block=5, rounds=9)
    wish = parser.parse_args()
    dials, module = dials_of(wish), load_nanogpt(wish.nanogpt)
    network: dict[str, Any] = {
        "layers": LAYERS,
        "heads": HEADS,
        "width": wish.width,
        "context": CONTEXT,
        "dropout": 0.0,
    }
    with tempfile.TemporaryDirectory(prefix="lab-transformer-") as home:
        studio = new_studio(home)
        collect_text(studio, Path(home, "text"), "markov")
        dataset = open_dataset(Path(home), "markov", "text")
        assert isinstance(dataset, TextDataset)
        vocabulary, tokens = dataset.tokenizer.get_vocab_size(), Path(home, "train.bin")
        dataset.tokens("train").astype(np.uint16).tofile(tokens)
        for number, precision in enumerate(("float32", "bfloat16")):
            peer = NanoGpt(module, tokens, vocabulary, wish.width, wish.batch, precision)
            if not number:
                mine = TransformerModel(TransformerConfig(**network), vocabulary)
                sizes = f"ours {weights_of(mine)}, nanoGPT {weights_of(peer.model)}"
                print_head(f"width {wish.width}, batch {wish.batch}, {sizes}", "nanoGPT", "tokens", dials)
            contest = Contest(dials)
            options = {**network, **OPTIMIZER, "batch": wish.batch, "precision": precision, "threads": wish.threads}
            contest.run(studio, "transformer", precision, "markov", options, peer)
            print(contest.line(precision, wish.batch * CONTEXT), flush=True)


if __name__ == "__main__":
    main()
