"""The rooms of the `text:llamacpp` engine: its names, GGUF headers, contexts, and how a passage is written."""
