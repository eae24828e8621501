"""Settings of tuning a diffusion pipeline. No PyTorch here."""

from __future__ import annotations

from pydantic import Field

from miaobi.base.value import Value


class ImageTuningConfig(Value):
    """Low-rank adaptation (Hu et al., LoRA, 2021) of the attention of a diffusion model.

    base, base_digest  the folder of the pipeline, and its digest
    prompt        one prompt for all pictures, as in DreamBooth (Ruiz et al., 2022); "" for each picture's caption
    class_prompt  of pictures of the class that have no caption
    prior_weight  of the loss on pictures of the class, which keep the model from forgetting what else it knows
    rank, alpha   of the adapter
    dropout       on what goes into the adapter
    mirror        flip half of the pictures sideways
    guidance, sample_steps  of the sample sheets
    """

    base: str
    base_digest: str
    prompt: str = ""
    class_prompt: str = ""
    prior_weight: float = Field(default=1.0, ge=0, le=1000)
    rank: int = Field(default=16, ge=1, le=1024)
    alpha: float = Field(default=16.0, gt=0, le=4096)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    mirror: bool = False
    guidance: float = Field(default=5.0, ge=1, le=100)
    sample_steps: int = Field(default=20, ge=1, le=1000)
