"""A flat map of vectors, and labels on it that do not cover each other.

The map is t-SNE (van der Maaten and Hinton, Visualizing Data using t-SNE, 2008), exact, for a few hundred points: it
keeps who is near whom as well as two dimensions can; distances between groups mean little.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PERPLEXITY: Final = 12.0  # about how many neighbours a point looks after
_ROUNDS: Final = 600
_EARLY: Final = 150
_EXAGGERATION: Final = 8.0
_PUSHES: Final = 100


def flat_map(vectors: NDArray[np.float32]) -> Floats:
    """Places n 2 for vectors n D, starting from the two principal components; the same for the same vectors."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0)
    left, strengths, _ = np.linalg.svd(centred, full_matrices=False)
    start = np.zeros((len(vectors), 2))
    start[:, : len(strengths[:2])] = (left * strengths)[:, :2]
    if len(vectors) < 5:
        return start
    wanted = _affinities(centred)
    places = start / max(float(start[:, 0].std()), 1e-12) * 1e-2
    step, gain = np.zeros_like(places), np.ones_like(places)
    for number in range(_ROUNDS):
        slope = _slope(places, wanted * (_EXAGGERATION if number < _EARLY else 1.0))
        gain = np.clip(np.where((slope > 0) == (step > 0), gain * 0.8, gain + 0.2), 0.01, None)
        step = (0.5 if number < _EARLY else 0.8) * step - max(50.0, len(places) / _EXAGGERATION) * gain * slope
        places = places + step
        places -= places.mean(axis=0)
    return places


def _affinities(points: Floats) -> Floats:
    """n n: how much each pair belongs together, as a share of all. Each point's kernel is as wide as to give it the
    perplexity asked for."""
    squares = _squared_distances(points)
    np.fill_diagonal(squares, np.inf)
    entropy = np.log(min(_PERPLEXITY, (len(points) - 1) / 3))
    rows = np.stack([_row(square, entropy) for square in squares])
    shares: Floats = np.maximum((rows + rows.T) / (2 * len(points)), 1e-12)
    return shares


def _row(squares: Floats, entropy: float) -> Floats:
    low, high, sharpness = 0.0, np.inf, 1.0
    nearest = squares.min()
    for _ in range(60):
        weights = np.exp(-(squares - nearest) * sharpness)
        shares: Floats = weights / weights.sum()
        found = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
        if found > entropy:
            low, sharpness = sharpness, sharpness * 2 if high == np.inf else (sharpness + high) / 2
        else:
            high, sharpness = sharpness, (low + sharpness) / 2
    return shares


def _slope(places: Floats, wanted: Floats) -> Floats:
    near = 1 / (1 + _squared_distances(places))
    np.fill_diagonal(near, 0)
    pull = (wanted - np.maximum(near / near.sum(), 1e-12)) * near
    slope: Floats = 4 * (pull.sum(1)[:, None] * places - pull @ places)
    return slope


def _squared_distances(points: Floats) -> Floats:
    lengths = (points**2).sum(1)
    squares: Floats = np.maximum(lengths[:, None] + lengths - 2 * points @ points.T, 0)
    return squares


def spread(places: Floats, sizes: Floats, canvas: tuple[int, int]) -> tuple[Floats, NDArray[np.bool_]]:
    """Middles n 2 of labels with these sizes (n 2: width, height), near their places, inside the canvas and apart from
    each other; and which of them are kept: a later one for which there is no room nearby is not.
    """
    room = np.array(canvas, dtype=np.float64)
    low, high = places.min(axis=0), places.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    margin = sizes / 2
    middles = margin + (places - low) / span * (room - sizes)
    for _ in range(_PUSHES):
        push = _push(middles, sizes)
        if not push.any():
            break
        middles = np.clip(middles + push, margin, room - margin)
    return _settled(middles, sizes, room)


def _push(middles: Floats, sizes: Floats) -> Floats:
    """n 2: half of what parts each overlapping pair, along the side on which they overlap less."""
    apart = middles[:, None] - middles
    overlap = (sizes[:, None] + sizes) / 2 - np.abs(apart)  # n n 2
    covers = np.asarray((overlap > 0).all(axis=2))
    np.fill_diagonal(covers, False)
    order = np.arange(len(middles))
    sign = np.where(apart != 0, np.sign(apart), np.sign(order[:, None] - order)[:, :, None])
    along_x = overlap[:, :, 0] < overlap[:, :, 1]
    chosen = np.stack((along_x, ~along_x), axis=2) & covers[:, :, None]
    pushes = np.where(chosen, sign * (overlap / 2 + 0.5), 0.0)
    return np.asarray(pushes.sum(axis=1) / np.maximum(covers.sum(axis=1), 1)[:, None])


def _settled(middles: Floats, sizes: Floats, room: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Those that pushing could not part: each goes to the nearest free spot around it, if there is one."""
    middles, kept = middles.copy(), np.zeros(len(middles), dtype=bool)
    for number, size in enumerate(sizes):
        spots = middles[number] + _around()
        inside = ((spots >= size / 2) & (spots <= room - size / 2)).all(axis=1)
        overlap = (size + sizes[kept]) / 2 - np.abs(spots[:, None] - middles[kept])
        free = inside & ~(overlap > 0).all(axis=2).any(axis=1)
        kept[number] = free.any()
        if kept[number]:
            middles[number] = spots[free.argmax()]
    return middles, kept


@lru_cache(maxsize=1)
def _around() -> Floats:
    """Steps to spots at growing distances, the first being no step."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    circles = [radius * np.stack((np.cos(angles), np.sin(angles)), axis=1) for radius in range(0, 301, 6)]
    return np.concatenate(circles)
