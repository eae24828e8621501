"""Folder names every system takes, and the language of short texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.brief.language import detect_language, is_cjk
from miaobi.brief.slug import slug


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("Why cities need trees?", "why-cities-need-trees"),
        ("城市为什么需要树", "城市为什么需要树"),
        ("Ça va, Ünïcode!", "ca-va-unicode"),
        ("don't ../stop:*", "dont-stop"),
        ("AI改变城市", "ai改变城市"),
        ("CON", "con-work"),
        ("🎉", "untitled"),
        ("", "untitled"),
        ("a" * 100, "a" * 60),
        ("树" * 100, "树" * 20),
    ],
)
def test_slug(topic: str, name: str) -> None:
    assert slug(topic) == name


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=100))
def test_a_slug_is_a_safe_folder_name(topic: str) -> None:
    name = slug(topic)
    assert 1 <= len(name.encode()) <= 67
    assert not re.search(r'[\s<>:"/\\|?*.\x00-\x1f]', name)
    assert not name.startswith("-")
    assert not name.endswith("-")
    assert slug(name) == name or name == "untitled" or name.endswith("-work")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("trees", "en"),
        ("AI", "en"),
        ("1984", "en"),
        ("", "en"),
        ("Why cities need trees", "en"),
        ("城市", "zh"),
        ("AI与城市", "zh"),
        ("用Python写一个web server", "zh"),
        ("The word 道 in Chinese thought", "en"),
        ("Pourquoi les villes ont besoin d'arbres", "fr"),
        ("Warum Städte Bäume brauchen", "de"),
        ("Por qué las ciudades necesitan árboles", "es"),
        ("都市に木が必要な理由", "ja"),
        ("도시에 나무가 필요한 이유", "ko"),
        ("Зачем городам нужны деревья", "ru"),
        ("لماذا تحتاج المدن إلى الأشجار", "ar"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_is_cjk() -> None:
    assert is_cjk("zh-Hant-TW")
    assert is_cjk("ja")
    assert not is_cjk("en")
