"""The ways of tuning models that others trained, and their sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model

TEXT: Final = "text_lora"

TUNED_MODELS: Final = (
    Model(
        name=TEXT,
        summary="low-rank adapter of a language model that others trained",
        data="pairs",
        task="miaobi.train.tune.text:TextTuningTask",
        config="miaobi.train.tune.text_config:TextTuningConfig",
        started_by="tune text",
        sizes={
            "tiny": {
                "rank": 8, "steps": 40, "batch": 8, "learning_rate": 1e-3, "warmup": 5, "weight_decay": 0.0,
                "evaluate_every": 20, "sample_every": 40, "checkpoint_every": 20,
            },
            "small": {
                "rank": 16, "steps": 200, "batch": 8, "learning_rate": 1e-3, "warmup": 10, "weight_decay": 0.0,
                "evaluate_every": 25, "sample_every": 100, "checkpoint_every": 25,
            },
            "base": {
                "rank": 64, "context": 1024, "steps": 2000, "batch": 32, "learning_rate": 5e-4, "warmup": 50,
                "weight_decay": 0.01, "evaluate_every": 100, "sample_every": 500, "checkpoint_every": 100,
            },
        },
    ),
)  # fmt: skip
