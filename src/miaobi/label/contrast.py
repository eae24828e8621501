"""How well lettering stands out from its ground (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_CONTRAST: Final = 3.0
"""For large text."""


def luminance_of(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Relative luminance (0..1) of sRGB pixels of shape (height, width, 3)."""
    import numpy as np

    steps = np.arange(256) / 255
    linear = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    luminance: NDArray[np.float64] = linear[pixels] @ np.array([0.2126, 0.7152, 0.0722])
    return luminance


def contrast_ratio(luminance: NDArray[np.float64], lettering: NDArray[np.float64]) -> float:
    """Contrast ratio, 1 (none) .. 21, of light lettering to the ground between its strokes.

    lettering  0..1, how much of each pixel ink covers
    """
    import numpy as np

    inside, outside = lettering > 0.85, lettering < 0.05
    if not inside.any() or not outside.any():
        return 1.0
    # The faintest third of the lettering against the brightest part of its surroundings: all of it has to be there.
    light, dark = np.quantile(luminance[inside], 0.34), np.quantile(luminance[outside], 0.9)
    return float((light + 0.05) / (dark + 0.05)) if light > dark else 1.0
