"""`image:lab/NAME`: a model of pictures trained in this lab, as an image engine.

Its pictures are small squares and are enlarged to what was asked for. `describe` reads JSON and digests; PyTorch or
onnxruntime is imported when the engine is opened.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, ImageRequest, ImageResult, Modality
from miaobi.errors import EngineUnavailableError, GenerationError, InputError, MiaobiError
from miaobi.train.catalog import Model, load_class
from miaobi.train.engine_card import card_of, names_of, require_kind, runs_on_onnx
from miaobi.train.folder import ModelFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    Pixels = NDArray[np.uint8]
    PictureMaker = Callable[[str, int], Pixels]
    """Prompt and seed to a picture, uint8 H W C."""

ENGINE_VERSION: Final = 1
"""Raised whenever this engine's own code changes what a request gives."""

_SIZED: Final = "Small square pictures, enlarged; no lettering and no layers."
_WORDLESS: Final = (
    "It was not trained on words: the prompt does not decide what is shown, it only picks, with seed and index, "
    "another of the model's pictures."
)


class LabImageEngine(Engine[ImageRequest, ImageResult]):
    """See the module docstring. Works on one request at a time."""

    modality: ClassVar[Modality] = "image"

    def __init__(self, card: EngineCard, maker: PictureMaker, model: Model) -> None:
        super().__init__(card)
        self._maker: PictureMaker | None = maker
        self._model = model
        self._lock = threading.Lock()

    @classmethod
    def names_in(cls, home: Path) -> tuple[str, ...]:
        """The picture models trained below `home`; one without a name when there are none."""
        return names_of(home, "image")

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """The card; its `missing` says so when there is no such model, or a file of it is gone or damaged."""
        card = card_of("image", name, home, version=ENGINE_VERSION, note=_SIZED)
        if card.missing is None and not _reads_words(require_kind(ModelFolder(home, name), "image")):
            return card.model_copy(update={"note": f"{_WORDLESS} {_SIZED}"})
        return card

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        """Load the weights, for PyTorch where it is installed, else for onnxruntime where the model is exported.

        EngineUnavailableError when both are missing, or a file is missing or damaged.
        """
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"The engine {card.id} cannot be opened: {card.missing}")
        folder = ModelFolder(home, name)
        model = require_kind(folder, "image")
        try:
            return cls(card, _open_maker(folder, model), model)
        except InputError as error:
            raise EngineUnavailableError(f"The engine {card.id} cannot be opened: {error}") from error

    def generate(self, request: ImageRequest) -> ImageResult:
        """A picture of the size asked for. What is wider or higher than square continues the picture's edges."""
        small = self._make(request)
        return ImageResult(
            image=Asset.from_bytes(_enlarged(small, request.width, request.height), "image/png"),
            width=request.width,
            height=request.height,
            description=self._described(request),
            made_by=self.made_by,
            credits=self.card.credits,
        )

    def close(self) -> None:
        """Give the memory back."""
        self._maker = None

    def _make(self, request: ImageRequest) -> Pixels:
        words = request.prompt if _reads_words(self._model) else ""
        with self._lock:
            if self._maker is None:
                raise GenerationError(f"The engine {self.card.id} was closed.", hint="Open it again.")
            try:
                return self._maker(words, _seed_of(request))
            except MiaobiError:
                raise
            except (RuntimeError, MemoryError, ValueError) as error:
                raise GenerationError(f"The model {self.card.id} failed: {error}") from error

    def _described(self, request: ImageRequest) -> str:
        """An alt text. A model without words cannot tell what it shows."""
        if _reads_words(self._model):
            return request.prompt
        if request.language.lower().startswith("zh"):
            return f"模型 {self.card.id} 生成的图片,内容与文字无关。"
        return f"A picture made by the model {self.card.id}; what it shows was not decided by words."


def _open_maker(folder: ModelFolder, model: Model) -> PictureMaker:
    if runs_on_onnx(folder):
        from miaobi.train.pictures.onnx_maker import exported_maker

        return exported_maker(folder)
    from miaobi.train.pictures.batches import to_pixels

    make: Callable[[str, int], Tensor] = load_class(model.maker)(folder)
    return lambda prompt, seed: to_pixels(make(prompt, seed)[None])[0]


def _reads_words(model: Model) -> bool:
    return "prompt" in model.sample_options


def _seed_of(request: ImageRequest) -> int:
    """Another picture for each place in a series and, where words decide nothing, for each prompt."""
    told = f"{request.seed}\n{request.index}\n{request.prompt}"
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4], "little")


def _enlarged(pixels: Pixels, width: int, height: int) -> bytes:
    """PNG of a picture H W C, filled up to the shape asked for by its edges and enlarged (Lanczos)."""
    import numpy as np
    from PIL import Image

    side_y, side_x = pixels.shape[:2]
    wide, high = max(side_x, round(side_y * width / height)), max(side_y, round(side_x * height / width))
    left, top = (wide - side_x) // 2, (high - side_y) // 2
    filled = np.pad(pixels, ((top, high - side_y - top), (left, wide - side_x - left), (0, 0)), mode="edge")
    picture = Image.fromarray(filled[..., 0] if filled.shape[-1] == 1 else filled).convert("RGB")
    buffer = io.BytesIO()
    picture.resize((width, height), Image.Resampling.LANCZOS).save(buffer, "PNG")
    return buffer.getvalue()
