"""The models of style and translation, and their sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model

_TUNED: Final = {"learning_rate": 2e-3, "beta1": 0.0, "beta2": 0.99, "weight_decay": 0.0, "clip": 0.0, "warmup": 10}

STYLEGAN: Final = Model(
    name="stylegan",
    summary="style-based adversarial networks: pictures whose styles can be mixed",
    data="pictures",
    modality="image",
    task="miaobi.train.pictures.stylegan_task:StyleganTask",
    config="miaobi.train.pictures.stylegan:StyleganConfig",
    factory="miaobi.train.pictures.stylegan:StyleGenerator",
    sampler="miaobi.train.pictures.stylegan_sample:sample",
    sample_options=("columns", "truncation", "interpolate", "video", "mix", "breed"),
    maker="miaobi.train.pictures.stylegan_sample:picture_maker",
    sizes={
        "tiny": {
            **_TUNED, "latent": 32, "mapping": 2, "channels": 16, "most_channels": 64, "noise": False,
            "steps": 1500, "batch": 16, "ema": 0.995, "evaluate_every": 250, "sample_every": 500,
        },
        "small": {
            **_TUNED, "latent": 64, "mapping": 4, "channels": 32, "most_channels": 128, "noise": False,
            "steps": 6000, "batch": 32, "ema": 0.998, "final_rate": 0.2, "evaluate_every": 500,
            "evaluate_examples": 512, "checkpoint_every": 250, "sample_every": 1000,
        },
        "base": {
            **_TUNED, "latent": 512, "mapping": 8, "channels": 64, "most_channels": 512, "path_length": 2.0,
            "steps": 200000, "batch": 32, "ema": 0.9995, "final_rate": 0.5, "evaluate_every": 2000,
            "evaluate_examples": 1000, "checkpoint_every": 2000, "sample_every": 5000,
        },
    },
)  # fmt: skip

_ADVERSARIAL: Final = {
    "learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999, "weight_decay": 0.0, "clip": 0.0, "warmup": 10,
}  # fmt: skip

CYCLEGAN: Final = Model(
    name="cyclegan",
    summary="translates pictures of one kind into another and back, from unpaired examples",
    data="pictures",
    data_sets=2,
    task="miaobi.train.pictures.cyclegan_task:CycleganTask",
    config="miaobi.train.pictures.cyclegan:CycleganConfig",
    factory="miaobi.train.pictures.cyclegan:Translators",
    sampler="miaobi.train.pictures.cyclegan_sample:sample",
    sample_options=("on", "direction"),
    sizes={
        "tiny": {
            **_ADVERSARIAL, "channels": 12, "halvings": 1, "blocks": 2, "patch": 2, "difference": True,
            "steps": 1000, "batch": 8, "ema": 0.98, "evaluate_every": 250, "sample_every": 500,
        },
        "small": {
            **_ADVERSARIAL, "channels": 24, "halvings": 1, "blocks": 4, "patch": 2, "difference": True,
            "steps": 6000, "batch": 8, "ema": 0.995, "evaluate_every": 500, "evaluate_examples": 256,
            "checkpoint_every": 250, "sample_every": 1000,
        },
        "base": {
            **_ADVERSARIAL, "channels": 64, "halvings": 2, "blocks": 9, "patch": 3,
            "steps": 200000, "batch": 4, "ema": 0.999, "evaluate_every": 2000, "evaluate_examples": 256,
            "checkpoint_every": 2000, "sample_every": 5000,
        },
    },
)  # fmt: skip

STYLE_MODELS: Final = (STYLEGAN, CYCLEGAN)
