"""The diffusion model and its sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model

DIFFUSION: Final = Model(
    name="diffusion",
    summary="text to picture: latent rectified flow with a diffusion transformer",
    data="pictures",
    modality="image",
    task="miaobi.train.pictures.diffusion_task:DiffusionTask",
    config="miaobi.train.pictures.diffusion:DiffusionConfig",
    factory="miaobi.train.pictures.diffusion:PictureFlow",
    sampler="miaobi.train.pictures.diffusion_sample:sample",
    sample_options=("prompt", "negative", "guidance", "steps", "columns", "interpolate", "video"),
    maker="miaobi.train.pictures.diffusion_sample:picture_maker",
    exporter="miaobi.train.pictures.diffusion_export:exportable",
    sizes={
        "tiny": {
            "layers": 3, "heads": 2, "width": 128, "caption_width": 64, "caption_layers": 1,
            "autoencoder_width": 32, "autoencoder_steps": 400, "steps": 1600, "batch": 32,
            "learning_rate": 2e-3, "weight_decay": 0.01, "ema": 0.99, "evaluate_every": 200, "sample_every": 800,
        },
        "small": {
            "layers": 6, "heads": 4, "width": 256, "caption_width": 128, "caption_layers": 2,
            "autoencoder_width": 48, "autoencoder_steps": 1500, "steps": 6000, "batch": 32,
            "learning_rate": 1e-3, "warmup": 200, "weight_decay": 0.01, "ema": 0.999,
            "evaluate_every": 500, "checkpoint_every": 500, "sample_every": 2000,
        },
        "base": {
            "patch": 16, "latent": 32, "layers": 12, "heads": 12, "width": 768, "caption_width": 512,
            "caption_layers": 6, "caption_tokens": 64, "autoencoder_width": 128, "autoencoder_steps": 20000,
            "steps": 200000, "batch": 128, "learning_rate": 2e-4, "warmup": 1000, "weight_decay": 0.01,
            "ema": 0.9999, "evaluate_every": 2000, "checkpoint_every": 2000, "sample_every": 10000,
        },
    },
)  # fmt: skip
