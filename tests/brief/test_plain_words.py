"""What a sentence asks for is understood, and a topic is left whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.brief.plain_words import read_plain_words


@pytest.mark.parametrize(
    ("sentence", "wishes"),
    [
        (
            "a 30 second video about city trees for children in Chinese",
            {"recipe": "video", "duration_seconds": 30, "topic": "city trees", "audience": "children",
             "language": "zh"},
        ),
        (
            "Write me a friendly 500-word article about the history of video games for beginners.",
            {"recipe": "article", "tone": "friendly", "words": 500, "topic": "the history of video games",
             "audience": "beginners"},
        ),
        (
            "A two minute vertical video explaining how bees make honey, for curious children, in a playful tone",
            {"recipe": "video", "minutes": 2, "shape": "portrait", "topic": "how bees make honey",
             "audience": "curious children", "tone": "playful"},
        ),
        ("article in 3 sections about soil, 400 words, in German",
         {"recipe": "article", "sections": 3, "topic": "soil", "words": 400, "language": "de"}),
        ("an essay on bees for 8-year-olds", {"recipe": "article", "topic": "bees", "audience": "8-year-olds"}),
        ("a 30 second video", {"recipe": "video", "duration_seconds": 30}),
        ("soil, for gardeners, 300 words", {"topic": "soil", "audience": "gardeners", "words": 300}),
        ("写一篇关于城市树木的文章，给小学生，500字",
         {"recipe": "article", "topic": "城市树木", "audience": "小学生", "words": 500}),
        ("做一个介绍长城的30秒竖屏视频",
         {"recipe": "video", "topic": "长城", "duration_seconds": 30, "shape": "portrait"}),
        ("用英文写一篇关于故宫的文章，语气轻松",
         {"recipe": "article", "topic": "故宫", "language": "en", "tone": "轻松"}),
        ("给孩子们写一篇500字的文章，介绍蜜蜂",
         {"recipe": "article", "topic": "蜜蜂", "audience": "孩子们", "words": 500}),
        ("一分钟视频，讲潮汐", {"recipe": "video", "topic": "潮汐", "minutes": 1}),
        ("城市为什么需要树，给小学生看，500字左右", {"topic": "城市为什么需要树", "audience": "小学生", "words": 500}),
        ("关于AI的文章，要提到图灵", {"recipe": "article", "topic": "AI", "notes": "要提到图灵"}),
        ("写一篇500字的文章", {"recipe": "article", "words": 500}),
    ],
)  # fmt: skip
def test_understood(sentence: str, wishes: dict[str, Any]) -> None:
    assert read_plain_words(sentence) == wishes


@pytest.mark.parametrize(
    "topic",
    [
        "why cities need trees",
        "how to run 100 metres in 10 seconds",
        "learning words in Chinese",
        "the search for life on Mars",
        "the history of video games",
        "The best article about trees",
        "a thousand years of silk",
        "写作的意义",
        "中国的古代建筑",
        "为什么天空是蓝色的",
    ],
)
def test_a_bare_topic_stays_whole(topic: str) -> None:
    assert read_plain_words(topic) == {"topic": topic}


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(["a video", "about", "30 second", "for children", ",", "关于", "的", "文章", "500字", "bees"]),
        max_size=8,
    ).map(" ".join)
)
def test_any_sentence_can_be_read(sentence: str) -> None:
    assert set(read_plain_words(sentence)) <= {
        "topic", "recipe", "audience", "tone", "language", "words", "minutes", "duration_seconds", "sections", "scenes",
        "shape", "notes",
    }  # fmt: skip
