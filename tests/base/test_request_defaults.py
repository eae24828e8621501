"""A default is no part of a cache key, so a changed one would bring back what the old one made."""

from __future__ import annotations

import inspect

from miaobi.base import engine
from miaobi.base.value import Value

DEFAULTS = {
    "EmbeddingRequest": {"side": "passage"},
    "ImageRequest": {
        "width": 1280, "height": 720, "series": "", "index": 0, "lettering": "", "language": "en", "layered": False,
        "seed": 0,
    },
    "MusicRequest": {"mood": "calm", "duration_seconds": 30.0, "seed": 0},
    "SpeechRequest": {"language": "en", "speed": 1.0},
    "TextRequest": {
        "max_tokens": 256, "temperature": 0.8, "top_p": 0.95, "top_k": 40, "min_p": 0.05, "repeat_penalty": 1.0,
        "no_repeat_ngram": 0, "beams": 1, "length_penalty": 1.0,
        "stop": (), "banned": (), "json_schema": None, "top_logprobs": None, "seed": 0,
    },
    "TranscriptRequest": {"language": None, "hint": ""},
    "VideoRequest": {"image": None, "width": 640, "height": 360, "fps": 25, "duration_seconds": 2.0, "seed": 0},
}  # fmt: skip


def test_a_changed_default_of_a_request_needs_new_versions_of_its_steps() -> None:
    found = {
        name: {
            field: info.get_default(call_default_factory=True)
            for field, info in kind.model_fields.items()
            if not info.is_required()
        }
        for name, kind in inspect.getmembers(engine, inspect.isclass)
        if issubclass(kind, Value) and name.endswith("Request")
    }
    assert found == DEFAULTS, "raise the version of every step that takes the request, then change this list"
