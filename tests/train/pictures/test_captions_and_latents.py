"""Captions as numbers and as vectors, and pictures as grids of vectors."""

from __future__ import annotations

import pytest
import torch

from miaobi.train.pictures.caption_tokens import PADDING, START, CaptionTokens
from miaobi.train.pictures.captions import CaptionEncoder
from miaobi.train.pictures.latents import Autoencoder, Patches

# ---------------------------------------------------------------- captions


def test_known_words_are_one_token_each_and_others_are_spelled() -> None:
    tokens = CaptionTokens.of(["red apple", "red pear", "a red plum"], 12)
    row = tokens.ids(["Red APPLE", "red lapel"])
    assert (row[0] != PADDING).sum() == 3
    assert (row[1] != PADDING).sum() == 2 + len("lapel")
    assert row[0, 0] == START
    assert row[0, 1] == row[1, 1]


def test_han_characters_are_tokens_and_unknown_ones_are_passed_over() -> None:
    tokens = CaptionTokens.of(["红苹果", "红梨,水果", "tree 树"], 12)
    ids = tokens.ids(["红果", "苹果红", "🜁 q"])
    assert (ids != PADDING).sum(1).tolist() == [3, 4, 1]
    assert ids[0, 1] == ids[1, 3]


def test_a_long_caption_is_cut_and_an_empty_one_is_the_start_alone() -> None:
    tokens = CaptionTokens.of(["one two three four five"], 4)
    assert tokens.ids(["one two three four five"]).shape == (1, 4)
    assert tokens.ids([""]).tolist() == [[START, PADDING, PADDING, PADDING]]


def test_spelling_reads_a_known_word_letter_by_letter() -> None:
    tokens = CaptionTokens.of(["red apple"], 16)
    assert (tokens.ids(["red apple"], [True])[0] != PADDING).sum() == 1 + len("redapple")


def test_what_stands_behind_a_caption_in_the_batch_does_not_change_it() -> None:
    torch.manual_seed(0)
    encoder = CaptionEncoder(20, 6, 16, layers=2, heads=4)
    ids = torch.tensor([[START, 5, 6, 0, 0, 0]])
    words, whole, _ = encoder(ids)
    short_words, short_whole, _ = encoder(ids[:, :3])
    assert torch.allclose(words[:, :3], short_words, atol=1e-6)
    assert torch.allclose(whole, short_whole, atol=1e-6)
    other = encoder(torch.tensor([[START, 6, 5, 0, 0, 0]]))[1]
    assert not torch.allclose(whole, other, atol=1e-4), "the order of words is read"


# ---------------------------------------------------------------- the space


def test_patches_come_back_and_each_token_is_a_square() -> None:
    pictures = torch.rand(2, 3, 16, 16)
    patches = Patches(3, 4, 16)
    latents = patches.encode(pictures)
    assert latents.shape == (2, 16, 48)
    assert torch.equal(patches.decode(latents), pictures)
    changed = pictures.clone()
    changed[:, :, :4, 4:8] = 0
    different = (patches.encode(changed) != latents).any(-1)
    assert different.sum(1).tolist() == [1, 1]
    assert different[:, 1].all()


@pytest.mark.parametrize(("patch", "grid"), [(2, 8), (4, 4), (8, 2)])
def test_latents_have_the_length_of_noise(patch: int, grid: int) -> None:
    torch.manual_seed(0)
    space = Autoencoder(3, patch, 16, 6, 8)
    latents = space.encode(torch.rand(2, 3, 16, 16))
    assert latents.shape == (2, grid**2, 6)
    assert torch.allclose(latents.square().mean(-1), torch.ones(2, grid**2), atol=1e-3)
    assert space.decode(latents).shape == (2, 3, 16, 16)
