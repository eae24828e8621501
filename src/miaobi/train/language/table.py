"""The language models and their sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model

_TASK: Final = "miaobi.train.language.task:LanguageTask"
TEXT_SAMPLER: Final = "miaobi.train.language.sample:sample"
TEXT_OPTIONS: Final = (
    "prompt", "tokens", "temperature", "top_k", "top_p", "repetition_penalty", "no_repeat_ngram", "beams",
    "length_penalty",
)  # fmt: skip
_WITH_ATTENTION: Final = (*TEXT_OPTIONS, "attention")  # an lstm has none, and says so

LANGUAGE_MODELS: Final = (
    Model(
        name="lstm",
        summary="recurrent language model (kind=rnn, gru or lstm)",
        data="text",
        modality="text",
        task=_TASK,
        config="miaobi.train.language.lstm:LstmConfig",
        factory="miaobi.train.language.lstm:LstmModel",
        exporter="miaobi.train.language.exporting:exportable",
        sampler=TEXT_SAMPLER,
        sample_options=_WITH_ATTENTION,
        sizes={
            "tiny": {
                "layers": 1, "embedding": 64, "units": 160, "context": 96, "dropout": 0.0,
                "steps": 600, "batch": 32, "learning_rate": 4e-3, "evaluate_every": 100, "sample_every": 300,
            },
            "small": {
                "layers": 2, "embedding": 128, "units": 320, "context": 256, "dropout": 0.2,
                "steps": 8000, "batch": 24, "learning_rate": 5e-3, "warmup": 100, "weight_decay": 0.05,
                "evaluate_every": 250, "checkpoint_every": 250, "sample_every": 1000,
            },
            "base": {
                "layers": 3, "embedding": 512, "units": 1024, "context": 512, "dropout": 0.3,
                "steps": 50000, "batch": 64, "learning_rate": 1e-3, "warmup": 500,
                "evaluate_every": 500, "checkpoint_every": 500, "sample_every": 2500,
            },
        },
    ),
    Model(
        name="transformer",
        summary="decoder-only Transformer language model",
        data="text",
        modality="text",
        task=_TASK,
        config="miaobi.train.language.transformer:TransformerConfig",
        factory="miaobi.train.language.transformer:TransformerModel",
        exporter="miaobi.train.language.exporting:exportable",
        sampler=TEXT_SAMPLER,
        sample_options=_WITH_ATTENTION,
        sizes={
            "tiny": {
                "layers": 2, "heads": 2, "width": 96, "context": 96, "dropout": 0.0,
                "steps": 600, "batch": 32, "optimizer": "muon", "learning_rate": 3e-3, "evaluate_every": 100,
                "sample_every": 300,
            },
            "small": {
                "layers": 4, "heads": 4, "width": 160, "context": 256, "dropout": 0.15,
                "steps": 2000, "batch": 32, "optimizer": "muon", "learning_rate": 3e-3, "warmup": 100,
                "evaluate_every": 250, "checkpoint_every": 250, "sample_every": 1000,
            },
            "base": {
                "layers": 12, "heads": 12, "width": 768, "context": 1024, "dropout": 0.1,
                "steps": 50000, "batch": 32, "accumulate": 8, "learning_rate": 6e-4, "beta2": 0.95, "warmup": 700,
                "evaluate_every": 500, "checkpoint_every": 500, "sample_every": 2500,
            },
        },
    ),
    Model(
        name="text_vae",
        summary="variational autoencoder of lines or sentences",
        data="text",
        task="miaobi.train.language.text_vae:TextVaeTask",
        config="miaobi.train.language.text_vae:TextVaeConfig",
        factory="miaobi.train.language.text_vae:TextVae",
        sampler="miaobi.train.language.text_vae_sample:sample",
        sample_options=(*TEXT_OPTIONS, "between", "interpolate"),
        sizes={
            "tiny": {
                "context": 48, "embedding": 48, "units": 128, "latent": 16, "anneal": 200,
                "steps": 600, "batch": 32, "learning_rate": 4e-3, "weight_decay": 0.01, "evaluate_every": 100,
                "sample_every": 300,
            },
            "small": {
                "context": 64, "embedding": 96, "units": 320, "latent": 32, "anneal": 800,
                "steps": 4000, "batch": 64, "learning_rate": 3e-3, "warmup": 100, "weight_decay": 0.01,
                "evaluate_every": 200, "checkpoint_every": 200, "sample_every": 800,
            },
            "base": {
                "context": 128, "embedding": 384, "units": 1024, "latent": 64, "anneal": 10000,
                "steps": 50000, "batch": 128, "learning_rate": 1e-3, "warmup": 500, "weight_decay": 0.01,
                "evaluate_every": 500, "checkpoint_every": 500, "sample_every": 2500,
            },
        },
    ),
)  # fmt: skip
