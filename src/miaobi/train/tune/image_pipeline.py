"""A diffusers pipeline as tuning sees it: pictures to latents, prompts to conditions, a network in between.

The network (a U-Net or a transformer) is what is tuned; autoencoder and text encoders stand still.

Shapes: N pictures, S side, latents N C H W.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.tune.base import Base, digest_of, require_files, require_safetensors
from miaobi.train.tune.image_config import ImageTuningConfig
from miaobi.train.tune.noising import noising_of
from miaobi.train.tune.quiet import quiet
from miaobi.train.tune.tuned import Tuned

_ATTENTION: Final = ("to_q", "to_k", "to_v", "to_out.0", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out")
_WITH_WEIGHTS: Final = ("unet", "transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3")
_INDEX: Final = "model_index.json"

Condition = tuple[Tensor, ...]
"""What the network is told of prompts: tensors N ..."""


class PicturePipeline:
    """See the module docstring. One class for each kind of pipeline; `part` names what is tuned."""

    part: str

    def __init__(self, pipe: Any, device: torch.device) -> None:
        self.pipe, self.device = pipe.to(device), device
        pipe.set_progress_bar_config(disable=True)
        for module in (part for part in pipe.components.values() if isinstance(part, nn.Module)):
            module.requires_grad_(False).eval()
        self.noising = noising_of(pipe.scheduler)

    @property
    def network(self) -> nn.Module:
        """What is tuned."""
        network: nn.Module = getattr(self.pipe, self.part)
        return network

    def condition(self, prompts: Sequence[str]) -> Condition:
        """What the network is told of these prompts."""
        raise NotImplementedError

    def answer(self, network: nn.Module, latents: Tensor, times: Tensor, condition: Condition) -> Tensor:
        """What a network, this or a tuned one, says to noisy latents."""
        raise NotImplementedError

    def require_size(self, size: int) -> None:
        """InputError when pictures of this size do not fit the autoencoder and the network."""
        step = self.pipe.vae_scale_factor * self._network_step()
        if size % step:
            raise InputError(
                f"The pictures are {size} x {size}, and this pipeline takes multiples of {step}.",
                hint=f"Collect them with --picture-size {max(step, size - size % step)}.",
            )

    def _network_step(self) -> int:
        """Latents have to be a multiple of this wide."""
        raise NotImplementedError

    @torch.no_grad()
    def latents(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and spread, each C H W, of the latents of a picture 3 S S in -1..1."""
        config = self.pipe.vae.config
        spread = self.pipe.vae.encode(picture[None].to(self.device)).latent_dist
        shift, scale = config.get("shift_factor") or 0.0, config.scaling_factor
        return (spread.mean[0] - shift) * scale, spread.std[0] * scale

    @torch.no_grad()
    def draw(self, network: nn.Module, prompts: Sequence[str], seeds: Sequence[int], size: int, **how: Any) -> Tensor:
        """A picture for each prompt and seed, N 3 S S in -1..1, with `network` in the place of the pipeline's own.

        how  guidance_scale, num_inference_steps, negative_prompt
        """
        own = self.network
        random = [torch.Generator().manual_seed(seed) for seed in seeds]
        setattr(self.pipe, self.part, network)
        try:
            with quiet("diffusers", "transformers"):
                made = self.pipe(
                    prompt=list(prompts), height=size, width=size, generator=random, output_type="np", **how
                ).images
        finally:
            setattr(self.pipe, self.part, own)
        return torch.from_numpy(made).permute(0, 3, 1, 2) * 2 - 1


class StableDiffusion(PicturePipeline):
    """Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models (2022): a U-Net."""

    part = "unet"

    @torch.no_grad()
    def condition(self, prompts: Sequence[str]) -> Condition:
        """A vector for each token of the prompts."""
        embedded, _ = self.pipe.encode_prompt(list(prompts), self.device, 1, False)
        return (embedded,)

    def answer(self, network: nn.Module, latents: Tensor, times: Tensor, condition: Condition) -> Tensor:
        """N C H W to N C H W."""
        (embedded,) = condition
        said: Tensor = network(latents, times, encoder_hidden_states=embedded).sample
        return said

    def _network_step(self) -> int:
        return int(2 ** (len(self.pipe.unet.config.block_out_channels) - 1))


class StableDiffusion3(PicturePipeline):
    """Esser et al., Scaling Rectified Flow Transformers (2024): a transformer."""

    part = "transformer"

    @torch.no_grad()
    def condition(self, prompts: Sequence[str]) -> Condition:
        """A vector for each token of the prompts, and one for the whole."""
        words = list(prompts)
        embedded, _, pooled, _ = self.pipe.encode_prompt(
            words, words, words, device=self.device, do_classifier_free_guidance=False
        )
        return embedded, pooled

    def answer(self, network: nn.Module, latents: Tensor, times: Tensor, condition: Condition) -> Tensor:
        """N C H W to N C H W."""
        embedded, pooled = condition
        said: Tensor = network(
            hidden_states=latents, timestep=times, encoder_hidden_states=embedded, pooled_projections=pooled
        ).sample
        return said

    def _network_step(self) -> int:
        return int(self.pipe.transformer.config.patch_size)


PIPELINES: Final = {"StableDiffusionPipeline": StableDiffusion, "StableDiffusion3Pipeline": StableDiffusion3}


def pipeline_base(path: Path) -> Base:
    """The pipeline of a folder that diffusers wrote.

    InputError when it is none, of a kind that cannot be tuned, or has weights that are a pickle.
    """
    kind = pipeline_kind(path)
    if kind not in PIPELINES:
        raise InputError(f"{path} is a {kind}, which cannot be tuned.", hint=f"These can: {', '.join(PIPELINES)}.")
    for part in _WITH_WEIGHTS:
        if (path / part).is_dir():
            require_safetensors(path / part, path)
    return Base(str(path), path, digest_of(path), title=path.name, licence="not stated")


def pipeline_kind(path: Path) -> str:
    """The class of pipeline that a folder says it is."""
    require_files(path, _INDEX, "a pipeline of diffusers")
    return str(_index(path).get("_class_name"))


def _index(path: Path) -> dict[str, Any]:
    """The parts of a pipeline by name, each with library and class, and the pipeline's own class."""
    try:
        index = json.loads((path / _INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path / _INDEX} cannot be read ({error}).", hint="Restore the folder.") from error
    return index if isinstance(index, dict) else {}


def open_pipeline(path: Path, device: torch.device) -> PicturePipeline:
    """The pipeline of a folder, ready to be tuned. InputError when it cannot be read."""
    import diffusers

    kind = pipeline_kind(path)
    missing = {name: None for name, said in _index(path).items() if said == [None, None]}
    more = {"safety_checker": None, "requires_safety_checker": False} if kind == "StableDiffusionPipeline" else {}
    try:
        with quiet("diffusers", "transformers"):
            pipe = getattr(diffusers, kind).from_pretrained(
                str(path), local_files_only=True, use_safetensors=True, torch_dtype=torch.float32, **{**missing, **more}
            )
    except (ValueError, OSError, KeyError, TypeError, RuntimeError, AttributeError) as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(
            f"The pipeline in {path} cannot be read by diffusers: {said}", hint="Restore it, or name another base."
        ) from error
    return PIPELINES[kind](pipe, device)


def adapted(network: nn.Module, config: ImageTuningConfig, targets: Sequence[str] = ()) -> Tuned:
    """The network with a new adapter, which does nothing yet. InputError when it has no attention to adapt."""
    layers = list(targets) or _attention_layers(network)
    if not layers:
        raise InputError("The pipeline's network has no attention to adapt.", hint="Tune another one.")
    with quiet("diffusers"):
        network.add_adapter(lora_config(config, layers))  # type: ignore[operator]
    return Tuned(network)


def lora_config(config: ImageTuningConfig, targets: Sequence[str]) -> Any:
    """The settings of the adapter in PEFT's words."""
    from peft import LoraConfig

    return LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,  # type: ignore[arg-type]  # it is only divided by the rank
        lora_dropout=config.dropout,
        target_modules=list(targets),
        bias="none",
    )


def _attention_layers(network: nn.Module) -> list[str]:
    names = [name for name, part in network.named_modules() if isinstance(part, nn.Linear)]
    return [layer for layer in _ATTENTION if any(name.endswith(f".{layer}") for name in names)]
