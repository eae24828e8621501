"""Settings of tuning a language model. No PyTorch here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from miaobi.base.value import Value


class TextTuningConfig(Value):
    """Low-rank adaptation (Hu et al., LoRA, 2021): a weight W becomes W + alpha / rank * B A, and A and B learn.

    base, base_digest  the model that is tuned, as its engine id or folder, and its digest
    rank, alpha        of the adapter, on every linear layer but the output
    dropout            on what goes into the adapter
    context            the most tokens that a prompt and its answer may have together
    head               "full" learns over the whole vocabulary; "restricted" over the tokens of the data, the `others`
                       most frequent ones, and `drawn` of the rest that stand for all of it, which is quicker
    validation         the share of the prompts that are held out
    """

    base: str
    base_digest: str
    rank: int = Field(default=16, ge=1, le=1024)
    alpha: float = Field(default=32.0, gt=0, le=4096)
    dropout: float = Field(default=0.05, ge=0, lt=1)
    context: int = Field(default=512, ge=8, le=131072)
    head: Literal["full", "restricted"] = "full"
    others: int = Field(default=4096, ge=0, le=10_000_000)
    drawn: int = Field(default=4096, ge=0, le=10_000_000)
    validation: float = Field(default=0.1, gt=0, lt=1)


OWN = frozenset({"base", "base_digest"})
"""Settings that the command itself gives."""
