"""Contact sheets of the illustrator: eighty topics in English and Chinese, three shapes, nine pictures a sheet.

    python bench/illustrator_sheet.py OUTPUT_FOLDER [FIRST [LAST]]

Prints the time of each picture, and writes sheet-00.png, sheet-01.png, ... and one series, series.png, to look at.
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from miaobi.base.engine import ImageRequest
from miaobi.create.image_skia import SkiaImageEngine

SHAPES = {"wide": (1280, 720), "tall": (720, 1280), "square": (1080, 1080)}

TOPICS = (
    ("A cyclist rides under tall trees in a busy street.", "en", "wide", ""),
    ("城市里的树木给街道带来阴凉。", "zh", "wide", ""),
    ("The economy grows when people save money.", "en", "wide", ""),
    ("A doctor explains a new medicine to a patient.", "en", "wide", ""),
    ("The teacher writes an equation while students listen.", "en", "wide", ""),
    ("人工智能正在改变我们的工作方式。", "zh", "wide", ""),
    ("Wind turbines and solar panels give clean energy.", "en", "wide", ""),
    ("A cat sleeps by the window on a rainy evening.", "en", "wide", ""),
    ("古老的城堡矗立在雪山之间。", "zh", "wide", ""),
    ("Coral reefs are home to thousands of fish.", "en", "wide", ""),
    ("The rocket leaves the Earth for Mars.", "en", "wide", ""),
    ("一位农民在田里收获小麦。", "zh", "wide", ""),
    ("Justice means that the law is the same for everyone.", "en", "wide", ""),
    ("Good sleep protects memory.", "en", "wide", ""),
    ("海边的灯塔在夜晚发光。", "zh", "wide", ""),
    ("A child flies a kite in the park.", "en", "wide", ""),
    ("A cup of coffee and a good book make a slow morning.", "en", "wide", ""),
    ("Your password protects your privacy online.", "en", "wide", ""),
    ("熊猫在竹林里吃竹子。", "zh", "tall", ""),
    ("A hiker looks at the mountains at sunrise.", "en", "tall", ""),
    ("City lights shine at night.", "en", "tall", ""),
    ("春节的街道上挂满了灯笼。", "zh", "tall", ""),
    ("The orchestra plays a violin concert.", "en", "tall", ""),
    ("A sailboat crosses the calm sea at dusk.", "en", "tall", "Sail into the evening"),
    ("时间管理让生活更有条理。", "zh", "tall", "时间是最公平的资源，人人每天都有二十四小时"),
    ("Teamwork makes a project succeed.", "en", "tall", ""),
    ("骆驼穿过沙漠。", "zh", "tall", ""),
    ("Cows graze on the farm beside a red tractor.", "en", "square", ""),
    ("A chef bakes bread in the kitchen.", "en", "square", ""),
    ("气候变化影响每一个国家。", "zh", "square", ""),
    ("The dog runs through fresh snow.", "en", "square", ""),
    ("Scientists study DNA in the laboratory.", "en", "square", ""),
    ("爷爷奶奶在公园的长椅上聊天。", "zh", "square", ""),
    ("Democracy lives from people who vote.", "en", "square", "Every vote counts"),
    ("Love is patient.", "en", "square", ""),
    ("高铁穿过春天的田野。", "zh", "square", ""),
    ("An old man reads the newspaper on a bench.", "en", "wide", "Why reading still matters in a noisy world"),
    ("History is written on old paper.", "en", "wide", ""),
    ("战争之后，人们渴望和平。", "zh", "wide", ""),
    ("Elephants walk across the savanna.", "en", "wide", ""),
    ("The forest floor is full of mushrooms.", "en", "wide", ""),
    ("小女孩在图书馆里读书。", "zh", "wide", ""),
    ("Deep learning models are trained on large data sets.", "en", "wide", ""),
    ("A swan glides over the lake in the morning mist.", "en", "wide", ""),
    ("喝茶是一种生活艺术。", "zh", "wide", "茶"),
    ("Mindfulness helps against stress.", "en", "wide", ""),
    ("Children walk to school in the morning.", "en", "wide", ""),
    ("建筑工人正在建造一座桥。", "zh", "wide", ""),
    ("Quixotic perambulations of the ineffable.", "en", "wide", ""),
    ("Marketing turns strangers into customers.", "en", "wide", ""),
    ("The painter shows her pictures in a gallery.", "en", "wide", ""),
    ("暴风雨中的渔船。", "zh", "wide", ""),
    ("A programmer writes software for a bank.", "en", "wide", ""),
    ("People shop for vegetables at the market.", "en", "wide", ""),
    ("A volcano erupts and lava flows down to the sea.", "en", "wide", ""),
    ("Photosynthesis", "en", "wide", ""),
    ("An earthquake destroyed the old town.", "en", "wide", ""),
    ("Children play chess in the park.", "en", "wide", ""),
    ("爷爷教孙子写毛笔字", "zh", "wide", ""),
    ("外卖骑手穿过雨夜的街道", "zh", "wide", ""),
    ("The stock market crash of 1929", "en", "wide", ""),
    ("A football match in the stadium", "en", "wide", ""),
    ("Loneliness among older people", "en", "wide", ""),
    ("Offshore wind energy", "en", "square", ""),
    ("A diver explores a shipwreck.", "en", "square", ""),
    ("A firefighter rescues a cat from a tree.", "en", "square", ""),
    ("Glaciers are melting.", "en", "square", ""),
    ("量子计算", "zh", "square", ""),
    ("丝绸之路", "zh", "square", ""),
    ("A bee sits on a sunflower.", "en", "square", ""),
    ("How airplanes fly", "en", "square", ""),
    ("Brazil grows about a third of the world's coffee.", "en", "square", ""),
    ("Vaccines train the immune system.", "en", "tall", ""),
    ("Ramadan and fasting", "en", "tall", ""),
    ("How to prepare for a job interview", "en", "tall", ""),
    ("怎样预防近视", "zh", "tall", ""),
    ("茶", "zh", "tall", ""),
    ("Yoga for beginners", "en", "tall", ""),
    ("Why you should visit the dentist twice a year", "en", "tall", ""),
    ("地震来了怎么办", "zh", "tall", ""),
    ("Budgeting: how to plan your monthly spending", "en", "tall", ""),
)

SERIES = (
    "Why cities need trees", "Shaded surfaces can be cooler than the peak temperatures of unshaded ones, with trees.",
    "Trees and other plants can lower peak summer temperatures.",
    "Leaves and branches slow the rain, and roots help it soak into the ground instead of flooding the drains.",
    "Cities need trees.", "A cyclist rides past tall trees in a city street",
    "People rest in the shade of a big tree in a park", "Rain falls on a street with trees and soaks into the soil",
    "The sun heats a city without trees",
)  # fmt: skip
"""One work, picture by picture: its pictures should look like different places and moments."""


def main(folder: Path, first: int, last: int) -> None:
    """Draw the topics and write the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = SkiaImageEngine.open("illustrator", Path())
    tiles, times = [], []
    for k, (prompt, language, shape, words) in enumerate(TOPICS[first:last], first):
        width, height = SHAPES[shape]
        request = ImageRequest(prompt=prompt, language=language, width=width, height=height, series=f"work-{k // 3}",
                               index=k, lettering=words, layered=True)  # fmt: skip
        start = time.perf_counter()
        result = engine.generate(request)
        times.append(time.perf_counter() - start)
        area = sum(layer.width * layer.height for layer in result.layers) / (width * height)
        print(f"{k:2d} {times[-1]:.2f} s, {len(result.layers)} layers, {area:.1f} x area: {result.description}")
        tiles.append(Image.open(io.BytesIO(result.image.read())))
    print(f"median {np.median(times):.2f} s, worst {max(times):.2f} s")
    for number, start_tile in enumerate(range(0, len(tiles), 9)):
        sheet(tiles[start_tile : start_tile + 9]).save(folder / f"sheet-{first // 9 + number:02d}.png")
    series = [
        ImageRequest(prompt=prompt, width=1280, height=720, series="trees", index=k, layered=True)
        for k, prompt in enumerate(SERIES)
    ]
    start_seconds = time.process_time()
    pictures = [Image.open(io.BytesIO(engine.generate(request).image.read())) for request in series]
    print(f"series: {(time.process_time() - start_seconds) / len(series):.2f} CPU s a layered picture")
    sheet(pictures).save(folder / "series.png")


def sheet(tiles: list[Image.Image]) -> Image.Image:
    """Up to nine pictures, three in a row, each scaled into 640 x 640 (or 640 x 360 when all are wide)."""
    wide = all(tile.width > tile.height for tile in tiles)
    cell = (640, 360) if wide else (460, 460) if all(tile.width == tile.height for tile in tiles) else (400, 620)
    canvas = Image.new("RGB", (cell[0] * 3 + 20, (cell[1] + 5) * ((len(tiles) + 2) // 3) + 5), "white")
    for k, tile in enumerate(tiles):
        small = tile.copy()
        small.thumbnail(cell, Image.Resampling.LANCZOS)
        canvas.paste(small, (5 + k % 3 * (cell[0] + 5), 5 + k // 3 * (cell[1] + 5)))
    return canvas


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]) if len(sys.argv) > 2 else 0,
        int(sys.argv[3]) if len(sys.argv) > 3 else len(TOPICS),
    )
