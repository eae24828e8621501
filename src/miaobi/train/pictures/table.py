"""The picture models and their sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model
from miaobi.train.pictures.diffusion_table import DIFFUSION
from miaobi.train.pictures.style_table import STYLE_MODELS

_SAMPLER: Final = "miaobi.train.pictures.latent_sample:sample"
_MAKER: Final = "miaobi.train.pictures.latent_sample:picture_maker"
_EXPORTER: Final = "miaobi.train.pictures.exporting:exportable"
_OPTIONS: Final = ("columns", "interpolate", "video", "breed", "on")

VAE: Final = Model(
    name="vae",
    summary="variational autoencoder: pictures to codes and back",
    data="pictures",
    modality="image",
    task="miaobi.train.pictures.vae:VaeTask",
    config="miaobi.train.pictures.vae:VaeConfig",
    factory="miaobi.train.pictures.vae:VaeModel",
    sampler=_SAMPLER,
    sample_options=_OPTIONS,
    maker=_MAKER,
    exporter=_EXPORTER,
    sizes={
        "tiny": {
            "latent": 32, "width": 16, "blocks": 0, "kl_warmup": 200,
            "steps": 600, "batch": 32, "learning_rate": 2e-3, "ema": 0.99, "evaluate_every": 200, "sample_every": 300,
        },
        "small": {
            "latent": 64, "width": 32, "blocks": 1, "kl_warmup": 1000,
            "steps": 8000, "batch": 32, "learning_rate": 1e-3, "ema": 0.999, "evaluate_every": 500,
            "evaluate_examples": 256, "checkpoint_every": 500, "sample_every": 1000,
        },
        "base": {
            "latent": 256, "width": 96, "blocks": 2, "kl_warmup": 5000,
            "steps": 100000, "batch": 64, "learning_rate": 5e-4, "ema": 0.9995, "warmup": 500, "evaluate_every": 1000,
            "evaluate_examples": 512, "checkpoint_every": 1000, "sample_every": 5000,
        },
    },
)  # fmt: skip

DCGAN: Final = Model(
    name="dcgan",
    summary="adversarial networks of convolutions: pictures from noise",
    data="pictures",
    modality="image",
    task="miaobi.train.pictures.dcgan:DcganTask",
    config="miaobi.train.pictures.dcgan:DcganConfig",
    factory="miaobi.train.pictures.dcgan:DcganGenerator",
    sampler=_SAMPLER,
    sample_options=_OPTIONS,
    maker=_MAKER,
    exporter=_EXPORTER,
    sizes={
        "tiny": {
            "latent": 32, "width": 16,
            "steps": 1000, "batch": 32, "learning_rate": 5e-4, "beta1": 0.5, "beta2": 0.999, "clip": 0.0,
            "final_rate": 1.0, "ema": 0.99, "evaluate_every": 250, "sample_every": 500,
        },
        "small": {
            "latent": 100, "width": 48,
            "steps": 12000, "batch": 32, "learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999, "clip": 0.0,
            "final_rate": 1.0, "ema": 0.998, "evaluate_every": 500, "evaluate_examples": 512, "checkpoint_every": 500,
            "sample_every": 1000,
        },
        "base": {
            "latent": 128, "width": 64,
            "steps": 200000, "batch": 64, "learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999, "clip": 0.0,
            "final_rate": 1.0, "ema": 0.999, "evaluate_every": 2000, "evaluate_examples": 1000,
            "checkpoint_every": 2000, "sample_every": 5000,
        },
    },
)  # fmt: skip

PICTURE_MODELS: Final = (VAE, DCGAN, *STYLE_MODELS, DIFFUSION)
