"""Tiny diffusion pipelines with random weights, built on the spot and saved as diffusers saves them."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import torch

SIDE = 16


def save_stable_diffusion(folder: Path, prediction: str = "epsilon") -> Path:
    """A Stable Diffusion: U-Net, autoencoder that halves twice, CLIP of two layers."""
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel

    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=SIDE // 2, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=(8, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, attention_head_dim=4, norm_num_groups=4,
    )  # fmt: skip
    scheduler = DDIMScheduler(
        num_train_timesteps=1000,
        beta_schedule="scaled_linear",
        clip_sample=False,
        steps_offset=1,
        prediction_type=prediction,
    )
    pipe = StableDiffusionPipeline(
        vae=autoencoder(AutoencoderKL), text_encoder=clip(), tokenizer=words(), unet=unet, scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    pipe.save_pretrained(folder)
    return folder


def save_stable_diffusion_3(folder: Path) -> Path:
    """A Stable Diffusion 3: a transformer that learns a flow, and two CLIPs."""
    from diffusers import (
        AutoencoderKL,
        FlowMatchEulerDiscreteScheduler,
        SD3Transformer2DModel,
        StableDiffusion3Pipeline,
    )

    torch.manual_seed(0)
    transformer = SD3Transformer2DModel(
        sample_size=SIDE // 2, patch_size=1, in_channels=4, out_channels=4, num_layers=2, attention_head_dim=8,
        num_attention_heads=4, joint_attention_dim=64, caption_projection_dim=32, pooled_projection_dim=64,
    )  # fmt: skip
    pipe = StableDiffusion3Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=autoencoder(AutoencoderKL, shift_factor=0.1),
        text_encoder=clip(projected=True), tokenizer=words(), text_encoder_2=clip(projected=True),
        tokenizer_2=words(), text_encoder_3=None, tokenizer_3=None,
    )  # fmt: skip
    pipe.save_pretrained(folder)
    return folder


def autoencoder(kind: Any, **more: float) -> Any:
    """Three colours to four latents at half the side."""
    return kind(
        in_channels=3, out_channels=3, latent_channels=4, block_out_channels=(8, 8), norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
        sample_size=SIDE,
        **more,
    )  # fmt: skip


def words() -> Any:
    """A CLIP tokenizer that knows letters."""
    from transformers import CLIPTokenizer

    letters = [*string.ascii_lowercase, *string.digits, ","]
    entries = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    return CLIPTokenizer(vocab={entry: number for number, entry in enumerate(entries)}, merges=[], model_max_length=24)


def clip(*, projected: bool = False) -> Any:
    """A CLIP text encoder for it."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=2 + 2 * 37, hidden_size=32, intermediate_size=37, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=24, projection_dim=32, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    return CLIPTextModelWithProjection(config) if projected else CLIPTextModel(config)
