"""Made-up particulars are found; ordinary language is left alone."""

from __future__ import annotations

import pytest

from miaobi.evaluate.claims import find_unsupported_claims, score_accuracy


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("In 1998, the city planted oaks.", "1998"),
        ("About 37% of people agree.", "37%"),
        ("It cost $4.5 million.", "$4500000"),
        ("We walked through New York.", "New York"),
        ("She met Dr. Jane Goodall there.", "Jane Goodall"),
        ("Professor Lee agrees.", "Professor Lee"),
        ("The University of Utah measured it.", "University of Utah"),
        ("Paris Hilton planted trees.", "Paris Hilton"),
        ("He said, “trees are our lungs,” and left.", "trees are our lungs,"),
        ("Visit www.trees.org now.", "www.trees.org"),
        ("It is twenty-five years old.", "25 years"),
    ],
)
def test_english_claims_without_a_source(text: str, claim: str) -> None:
    assert claim in " | ".join(find_unsupported_claims(text, ("Trees cool streets.",), "en"))


@pytest.mark.parametrize(
    "text",
    [
        "On Monday, I walked with an American friend. Many Germans like the first day of spring.",
        "There are two reasons and three ways. One of them is shade.",
        "Since the Middle Ages people have planted trees. In the 21st century they still do.",
        "CO2 and PM2.5 fall. The Amazon is big.",
        "He called it a “green lung”.",
        "Why Cities Need Trees\nGreen Roofs and Parks",
        "However, However is a word. Trees Are Good For Us All.",
        "1. Plant a tree.\n2. Water it.",
    ],
)
def test_ordinary_english_is_no_claim(text: str) -> None:
    assert find_unsupported_claims(text, (), "en") == ()


def test_english_claims_with_a_source() -> None:
    sources = (
        "Street trees cool the air by up to four degrees, says Jane Goodall of the University of Utah.",
        "The oak is 1200 years old; 30% of it is hollow.",
    )
    text = "Jane Goodall found that trees cool by 4 degrees. The oak is 1,200 years old, and 30 percent is hollow."
    assert find_unsupported_claims(text, sources, "en") == ()
    assert score_accuracy(text, sources, "en").value == 1
    assert find_unsupported_claims("It is 4% hollow.", sources, "en") == ("4%",), "four degrees are not four per cent"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("2019年种下橡树。", "2019"),
        ("百分之四十的市民支持。", "百分之四十"),
        ("共种下一千二百棵树。", "一千二百"),
        ("花费3.5万元。", "3.5万"),
        ("据新华社报道，树木增多。", "新华社"),
        ("王明教授同意。", "王明"),
        ("约翰·史密斯说树很好。", "约翰·史密斯"),
        ("北京大学的研究发现树能降温。", "北京大学"),
        ("他说：“树木是城市的肺。”", "树木是城市的肺"),
    ],
)
def test_chinese_claims_without_a_source(text: str, claim: str) -> None:
    assert claim in " | ".join(find_unsupported_claims(text, ("树木让街道凉快。",), "zh"))


@pytest.mark.parametrize(
    "text",
    [
        "一起来种一棵树吧，千万不要砍。天气十分凉快。",
        "百年老树下有三个孩子，一所大学就在旁边。",
        "所谓的“绿色之肺”就是树。据专家介绍，树能降温。",
        "万一下雨，四面八方的水都流走。PM2.5减少了。",
    ],
)
def test_ordinary_chinese_is_no_claim(text: str) -> None:
    assert find_unsupported_claims(text, (), "zh") == ()


def test_chinese_claims_with_a_source() -> None:
    sources = ("树木能让街道降温四度。", "王明教授种了1200棵树，占40%。")
    assert find_unsupported_claims("树让街道降温4度，王明教授种下一千二百棵，占百分之四十。", sources, "zh") == ()


def test_accuracy_is_the_share_with_a_source() -> None:
    score = score_accuracy("In 1998 it grew by 12 metres.", ("It grew by 12 metres.",), "en")
    assert score.value == 0.5
    assert "1998" in score.evidence
    assert score_accuracy("Trees are good.", (), "en").value == 1
