"""The ways of tuning models that others trained, and their sizes."""

from __future__ import annotations

from typing import Any, Final

from miaobi.train.catalog import Model
from miaobi.train.language.table import TEXT_OPTIONS, TEXT_SAMPLER

TEXT: Final = "text_lora"
IMAGE: Final = "image_lora"
DREAMBOOTH: Final = "dreambooth"

_IMAGE_SIZES: Final = {
    "tiny": {
        "rank": 4, "steps": 50, "batch": 2, "learning_rate": 1e-3, "warmup": 5, "weight_decay": 0.0,
        "evaluate_every": 25, "evaluate_examples": 16, "sample_every": 50, "checkpoint_every": 25,
    },
    "small": {
        "rank": 16, "steps": 400, "batch": 4, "learning_rate": 3e-4, "warmup": 20, "weight_decay": 0.01,
        "evaluate_every": 50, "evaluate_examples": 32, "sample_every": 100, "checkpoint_every": 50,
    },
    "base": {
        "rank": 64, "alpha": 64, "steps": 2000, "batch": 16, "learning_rate": 1e-4, "warmup": 100,
        "weight_decay": 0.01, "evaluate_every": 100, "sample_every": 500, "checkpoint_every": 100,
    },
}  # fmt: skip
_IMAGE: Final[dict[str, Any]] = {
    "data": "pictures",
    "modality": "image",
    "task": "miaobi.train.tune.image:ImageTuningTask",
    "config": "miaobi.train.tune.image_config:ImageTuningConfig",
    "sampler": "miaobi.train.tune.image_sample:sample",
    "sample_options": ("prompt", "negative", "guidance", "steps", "columns"),
    "maker": "miaobi.train.tune.image_sample:picture_maker",
    "started_by": "tune image",
    "sizes": _IMAGE_SIZES,
}

TUNED_MODELS: Final = (
    Model(name=IMAGE, summary="low-rank adapter of a diffusion pipeline that others trained", **_IMAGE),
    Model(name=DREAMBOOTH, summary="the same for one subject, with pictures of its class", data_sets=2, **_IMAGE),
    Model(
        name=TEXT,
        summary="low-rank adapter of a language model that others trained",
        data="pairs",
        modality="text",
        opener="miaobi.train.tune.text_model:open_tuned",
        sampler=TEXT_SAMPLER,
        sample_options=TEXT_OPTIONS,
        task="miaobi.train.tune.text:TextTuningTask",
        config="miaobi.train.tune.text_config:TextTuningConfig",
        started_by="tune text",
        sizes={
            "tiny": {
                "rank": 8, "steps": 40, "batch": 8, "learning_rate": 3e-4, "warmup": 5, "weight_decay": 0.0,
                "evaluate_every": 5, "sample_every": 40, "checkpoint_every": 10, "patience": 3,
            },
            "small": {
                "rank": 16, "steps": 200, "batch": 8, "learning_rate": 2e-4, "warmup": 10, "weight_decay": 0.0,
                "evaluate_every": 10, "sample_every": 100, "checkpoint_every": 10, "patience": 5,
            },
            "base": {
                "rank": 64, "alpha": 128, "context": 1024, "steps": 2000, "batch": 32, "learning_rate": 2e-4,
                "warmup": 50, "weight_decay": 0.01, "evaluate_every": 50, "sample_every": 500,
                "checkpoint_every": 50, "patience": 8,
            },
        },
    ),
)  # fmt: skip
