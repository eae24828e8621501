"""The music models and their sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model

MUSIC_MODELS: Final = (
    Model(
        name="melody",
        summary="Transformer that writes tunes, asked by key, meter, mood and length",
        data="music",
        modality="music",
        task="miaobi.train.music.melody:MelodyTask",
        config="miaobi.train.music.melody:MelodyConfig",
        sampler="miaobi.train.music.sample:sample",
        exporter="miaobi.train.music.exporting:exportable",
        sample_options=("key", "meter", "mood", "bars", "primer", "temperature", "top_k", "top_p"),
        sizes={
            "tiny": {
                "layers": 2, "heads": 2, "width": 64, "context": 256, "dropout": 0.0,
                "steps": 400, "batch": 16, "optimizer": "muon", "learning_rate": 3e-3,
                "evaluate_every": 100, "sample_every": 200,
            },
            "small": {
                "layers": 5, "heads": 4, "width": 160, "context": 512, "dropout": 0.1,
                "steps": 4000, "batch": 16, "optimizer": "muon", "learning_rate": 3e-3, "warmup": 100,
                "evaluate_every": 250, "checkpoint_every": 250, "sample_every": 1000,
            },
            "base": {
                "layers": 12, "heads": 8, "width": 512, "context": 1024, "dropout": 0.1,
                "steps": 50000, "batch": 64, "learning_rate": 6e-4, "beta2": 0.95, "warmup": 700,
                "evaluate_every": 500, "checkpoint_every": 500, "sample_every": 2500,
            },
        },
    ),
)  # fmt: skip
