"""Fixtures for tuning."""

from tune_models import gguf_llama, llama, one_thread, pairs_file, studio, tune

__all__ = ["gguf_llama", "llama", "one_thread", "pairs_file", "studio", "tune"]
