"""The page in a real browser, as a reader opens it: from the disk, with no network."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from miaobi.base.piece import Piece
from miaobi.publish.html import make_html

_QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip


def chromium(tmp_path: Path, *arguments: str) -> bytes:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "a browser is missing: run `make test-tools`"
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run([browser, *_QUIET, profile, *arguments], capture_output=True, check=True, timeout=120)
    return done.stdout


@pytest.fixture
def page(piece: Piece, tmp_path: Path) -> Path:
    path = tmp_path / "article.html"
    path.write_bytes(make_html(piece, "This piece contains AI-generated content: all of it.", 0).read())
    return path


def test_the_browser_shows_title_statement_and_pictures(page: Path, piece: Piece, tmp_path: Path) -> None:
    script = page.with_name("probe.html")
    probe = (
        "<script>addEventListener('load', () => { const broken = [...document.images].filter(i => !i.naturalWidth);"
        "document.body.dataset.pictures = document.images.length; document.body.dataset.broken = broken.length;"
        "document.body.dataset.wide = document.documentElement.scrollWidth > innerWidth; })</script></body>"
    )
    script.write_text(page.read_text(encoding="utf-8").replace("</body>", probe), encoding="utf-8")
    dom = chromium(tmp_path, "--window-size=390,844", "--virtual-time-budget=4000", "--dump-dom", script.as_uri())
    text = dom.decode()
    assert "This piece contains AI-generated content" in text
    assert int(re.findall(r'data-pictures="(\d+)"', text)[0]) >= 1
    assert re.findall(r'data-broken="(\d+)"', text) == ["0"]
    assert re.findall(r'data-wide="(\w+)"', text) == ["false"], "nothing runs out of a phone's screen"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_drawn(page: Path, tmp_path: Path, width: int) -> None:
    shot = tmp_path / "shot.png"
    chromium(tmp_path, f"--window-size={width},1200", f"--screenshot={shot}", page.as_uri())
    pixels = np.asarray(Image.open(BytesIO(shot.read_bytes())).convert("L"), dtype=float)
    assert pixels.shape[1] == width
    assert pixels.std() > 10, "not an empty page"
