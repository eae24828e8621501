"""How near made pictures are to real ones, and how much they differ among each other.

The Frechet distance (Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017) compares two sets of pictures
by the mean and covariance of features. Theirs are those of Inception, trained on ImageNet. Ours are declared here and
need no download: a convolutional network with fixed random weights (as in Naeem et al., Reliable Fidelity and Diversity
Metrics, 2020), which sees texture and coarse layout, beside statistics of colour and of edges. Each feature is scaled
by its spread over the real pictures.

Known weaknesses: random features do not know what an object is, so wrong anatomy in right colours costs little; the
figures cannot be compared with published FID; they fall with the number of pictures, so compare equal numbers only.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_SIDE = 32  # the network looks at pictures of this size; edges are measured at full size
_NETWORK_SEED = 20170612
_PROJECTED = 48
_BATCH = 128
_LEAST_SPREAD = 0.1  # of the mean spread: what hardly varies in the real pictures must not decide alone


class Reference:
    """Real pictures, looked at once; made ones are then compared with them."""

    def __init__(self, real: Tensor) -> None:
        """`real` N C H W in -1..1, N at least 2."""
        found = features(real)
        spread = found.std(0)
        self._middle, self._spread = found.mean(0), spread.clamp_min(_LEAST_SPREAD * float(spread.mean()) + 1e-9)
        self._real = self._scaled(found)
        self._apart = _mean_distance(self._real)

    def distance(self, fake: Tensor) -> float:
        """Frechet distance between the features of the real pictures and of `fake`, N C H W in -1..1."""
        return _frechet(self._real, self._scaled(features(fake)))

    def diversity(self, fake: Tensor) -> float:
        """Mean distance between the features of two made pictures, relative to that of two real ones.

        1 is as diverse as the real pictures, 0 means that all are the same.
        """
        return _mean_distance(self._scaled(features(fake))) / max(self._apart, 1e-9)

    def _scaled(self, found: Tensor) -> Tensor:
        return (found - self._middle) / self._spread


def feature_distance(real: Tensor, fake: Tensor) -> float:
    """Frechet distance over the declared features, both N C H W in -1..1. See the module docstring."""
    return Reference(real).distance(fake)


def diversity(real: Tensor, fake: Tensor) -> float:
    """Mean distance between the features of two pictures of `fake`, relative to that of two of `real`."""
    return Reference(real).diversity(fake)


@torch.no_grad()
def features(pictures: Tensor) -> Tensor:
    """What is measured of each picture: N F, float64 on the processor."""
    network = _network()
    return torch.cat(
        [_features(network, part) for part in torch.split(pictures.detach().float().cpu(), _BATCH)]
    ).double()


def _features(network: nn.ModuleList, pictures: Tensor) -> Tensor:
    colours = pictures.expand(-1, 3, -1, -1) if pictures.shape[1] == 1 else pictures  # N 3 H W
    with torch.autocast("cpu", enabled=False):
        return torch.cat([_seen(network, colours), _statistics(colours)], 1)


def _seen(network: nn.ModuleList, colours: Tensor) -> Tensor:
    """Mean activity of each stage over the quarters of the picture, mixed down to 48 numbers."""
    x = F.adaptive_avg_pool2d(colours, _SIDE)
    found = []
    *stages, mixed = network
    for stage in stages:
        x = F.avg_pool2d(F.relu(stage(x)), 2)  # N 16..64 S S, S = 16, 8, 4
        found.append(F.adaptive_avg_pool2d(x, 2).flatten(1))
    result: Tensor = mixed(torch.cat(found, 1))  # N 48
    return result


def _statistics(colours: Tensor) -> Tensor:
    """Mean and spread of each colour, and how strong edges are at full, half and a quarter of the size: N 15."""
    flat = colours.flatten(2)
    found = [flat.mean(2), flat.std(2)]
    x = colours.mean(1, keepdim=True)
    for _ in range(3):
        across, down = x.diff(dim=3).abs(), x.diff(dim=2).abs()
        found.append(
            torch.stack([across.mean((1, 2, 3)), down.mean((1, 2, 3)), across.square().mean((1, 2, 3)).sqrt()], 1)
        )
        x = F.avg_pool2d(x, 2)
    return torch.cat(found, 1)


@lru_cache(maxsize=1)
def _network() -> nn.ModuleList:
    with torch.random.fork_rng(devices=()):  # new layers draw from the numbers that dropout in training draws from
        return _new_network()


def _new_network() -> nn.ModuleList:
    """Three convolutions that each keep the strength of what they see, and a mixing matrix with orthogonal rows."""
    random = torch.Generator().manual_seed(_NETWORK_SEED)
    widths = (3, 16, 32, 64)
    stages: list[nn.Module] = []
    for fewer, more in pairwise(widths):
        stage = nn.Conv2d(fewer, more, 3, padding=1, padding_mode="reflect", bias=False)
        weight = torch.randn(stage.weight.shape, generator=random)
        stage.weight.data = weight / weight.flatten(1).norm(dim=1)[:, None, None, None] * 2**0.5
        stages.append(stage)
    mixed = nn.Linear(4 * sum(widths[1:]), _PROJECTED, bias=False)
    mixed.weight.data = torch.linalg.qr(torch.randn(4 * sum(widths[1:]), _PROJECTED, generator=random))[0].T
    return nn.ModuleList([*stages, mixed]).requires_grad_(False)


def _frechet(real: Tensor, fake: Tensor) -> float:
    """|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^1/2), for N F each."""
    apart = float((real.mean(0) - fake.mean(0)).square().sum())
    first, second = _covariance(real), _covariance(fake)
    values, vectors = torch.linalg.eigh(first)
    root = vectors * values.clamp_min(0).sqrt() @ vectors.T
    both = torch.linalg.eigvalsh(root @ second @ root).clamp_min(0).sqrt().sum()
    return max(0.0, apart + float(first.trace() + second.trace() - 2 * both))


def _covariance(found: Tensor) -> Tensor:
    middle = found - found.mean(0)
    return middle.T @ middle / max(1, len(found) - 1)


def _mean_distance(found: Tensor) -> float:
    """Mean Euclidean distance over all pairs of N F."""
    return float(torch.pdist(found).mean()) if len(found) > 1 else 0.0
