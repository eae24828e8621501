"""The word models and their sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model

WORD_MODELS: Final[tuple[Model, ...]] = (
    Model(
        name="word_vectors",
        summary="a vector for every word (kind=skipgram or glove)",
        data="text",
        task="miaobi.train.words.task:WordVectorsTask",
        config="miaobi.train.words.word_vectors:WordVectorsConfig",
        sizes={
            "tiny": {
                "dimensions": 50, "min_count": 3, "weight_decay": 0.0,
                "steps": 600, "batch": 16, "learning_rate": 0.01, "warmup": 20, "evaluate_every": 100,
                "evaluate_examples": 512, "sample_every": 300,
            },
            "small": {
                "dimensions": 100, "weight_decay": 0.0,
                "steps": 1000, "batch": 64, "learning_rate": 0.01, "evaluate_every": 100,
                "evaluate_examples": 512, "checkpoint_every": 100, "sample_every": 250,
            },
            "base": {
                "dimensions": 300, "min_count": 10, "count_cap": 100, "weight_decay": 0.0,
                "steps": 100000, "batch": 512, "learning_rate": 0.005, "evaluate_every": 1000,
                "evaluate_examples": 2048, "checkpoint_every": 1000, "sample_every": 10000,
            },
        },
        variants={
            "kind=glove": {"window": 10, "batch": 16384, "optimizer": "adagrad", "learning_rate": 0.05, "clip": 0.0},
        },
    ),
)  # fmt: skip
