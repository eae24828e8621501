"""Topics read by rule: what a piece is about, as a noun that fits "What ... is" and "How ... work"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaobi.recipes.topic import fact_subject, is_plural_phrase, read_topic


@pytest.mark.parametrize(
    ("topic", "subject", "clause"),
    [
        # of "we" and "it" it is about what they do
        ("why we sleep", "sleep", "we sleep"),
        ("how you can save money", "saving money", "you can save money"),
        ("why people lie", "lying", "people lie"),
        ("why it rains", "rain", "it rains"),
        ("why there are seasons", "seasons", "there are seasons"),
        ("why we need sleep", "sleep", "we need sleep"),
        ("why we should eat less sugar", "eating less sugar", "we should eat less sugar"),
        ("why it is important to drink water", "drinking water", "it is important to drink water"),
        ("how people lived in the ice age", "living in the ice age", "people lived in the ice age"),
        # the question's order is turned
        ("why do cats purr", "cats", "cats purr"),
        ("how does a refrigerator work", "a refrigerator", "a refrigerator works"),
        ("how did Rome fall", "Rome", "Rome fell"),
        ("why can't penguins fly", "penguins", "penguins cannot fly"),
        ("why is climate change dangerous", "climate change", "climate change is dangerous"),
        ("why are polar bears white", "polar bears", "polar bears are white"),
        ("why is the sky blue", "the sky", "the sky is blue"),
        ("how is glass made", "glass", "glass is made"),
        # the verb is found, listed or not
        ("how vaccines train the immune system", "vaccines", "vaccines train the immune system"),
        ("how earthquakes happen", "earthquakes", "earthquakes happen"),
        ("how octopuses hide from predators", "octopuses", "octopuses hide from predators"),
        ("why cities need trees", "trees", "cities need trees"),
        ("how coffee affects sleep", "coffee", "coffee affects sleep"),
        ("why grumblers zork the king", "grumblers", "grumblers zork the king"),
    ],
)
def test_a_topic_with_a_clause(topic: str, subject: str, clause: str) -> None:
    read = read_topic(topic, "en")
    assert (read.subject, read.clause) == (subject, clause)


@pytest.mark.parametrize(
    ("topic", "subject"),
    [
        ("what is democracy", "democracy"),
        ("what are black holes", "black holes"),
        ("what is photosynthesis used for", "photosynthesis"),
        ("what causes earthquakes", "earthquakes"),
        ("what makes bread rise", "bread"),
        ("what happens when you sleep", "sleep"),
        ("who invented the telephone", "the telephone"),
        ("who is Marie Curie", "Marie Curie"),
        ("should schools ban phones", "schools"),
        ("does the moon affect sleep", "the moon"),
        ("is coffee good for you", "coffee"),
        ("which dog to choose", "dog"),
        ("how much sleep do teenagers need", "sleep"),
        ("how long do cats live", "cats"),
        ("10 tips for better sleep", "better sleep"),
        ("5 ways to save money", "saving money"),
        ("10 things to know about bees", "bees"),
        ("what to eat before a run", "eating"),
        ("how to bake bread at home", "bread"),
        ("how to stay healthy in winter", "staying healthy in winter"),
        ("how to deal with stress", "dealing with stress"),
        ("how to get rid of mice", "getting rid of mice"),
        ("the history of tea", "tea"),
        ("the impact of social media on teenagers' mental health", "social media"),
        ("the difference between a crocodile and an alligator", "a crocodile and an alligator"),
        ("cats vs dogs", "cats and dogs"),
        ("how people in Japan celebrate New Year", "people in Japan"),
        ("What is inflation and why does it matter", "inflation"),
        ("why our town needs a new library", "a new library"),
        ("the city's new tram line", "the city's new tram line"),
        ("small habits that change your life", "small habits"),
        ("city council approves new park", "city council"),
        ("Write a short article about the new swimming pool in our town", "the new swimming pool"),
        ("bees", "bees"),
    ],
)
def test_a_topic_without_a_clause(topic: str, subject: str) -> None:
    assert read_topic(topic, "en").subject == subject


@pytest.mark.parametrize(
    ("phrase", "is_plural"),
    [
        ("good sleep for teenagers", False),
        ("the history of tea", False),
        ("Mars", False),
        ("Paris", False),
        ("the United States", False),
        ("physics", False),
        ("saving money", False),
        ("growing tomatoes", False),
        ("the news", False),
        ("bees and flowers", True),
        ("migrating birds", True),
        ("women in science", True),
        ("children", True),
        ("", False),
    ],
)
def test_number_comes_from_the_head_noun(phrase: str, is_plural: bool) -> None:
    assert is_plural_phrase(phrase) is is_plural


@pytest.mark.parametrize(
    ("topic", "subject", "clause"),
    [
        ("为什么天空是蓝色的", "天空", "天空是蓝色的"),
        ("我们为什么要睡觉", "睡觉", "我们要睡觉"),
        ("人为什么会做梦", "做梦", "人会做梦"),
        ("为什么要回收塑料", "回收塑料", "要回收塑料"),
        ("城市为什么需要树", "树", "城市需要树"),
        ("为什么青少年需要更多的睡眠", "睡眠", "青少年需要更多的睡眠"),
        ("黑洞是如何形成的", "黑洞", "黑洞形成"),
        ("红烧肉怎么做", "红烧肉", "做红烧肉"),
        ("如何在家省电", "省电", "在家省电"),
        ("为什么会有四季", "四季", "会有四季"),
        ("睡眠对健康有什么好处", "睡眠", ""),
        ("谁发明了电话", "电话", ""),
        ("电话是谁发明的", "电话", ""),
        ("哪种狗适合家庭", "狗", ""),
        ("学校应该禁止手机吗", "学校", ""),
        ("省钱的10个技巧", "省钱", ""),
        ("民主是什么", "民主", ""),
        ("人工智能如何改变教育", "人工智能", "人工智能改变教育"),
        ("怎样养一只猫", "猫", "养一只猫"),
        ("运动有哪些好处", "运动", ""),
        ("五个提高效率的方法", "提高效率", ""),
        ("我们的小区新开了一家面包店", "我们的小区", ""),
        ("写一篇关于火山的文章", "火山", ""),
    ],
)
def test_chinese(topic: str, subject: str, clause: str) -> None:
    read = read_topic(topic, "zh")
    assert (read.subject, read.clause) == (subject, clause)


def test_the_subject_of_a_fact() -> None:
    topic = read_topic("sleep and memory", "en")
    assert fact_subject("Sleep comes in waves.", topic, "en") == "sleep"
    assert fact_subject("Naps train the mind.", topic, "en") == "naps"
    assert fact_subject("It is 5 o'clock.", topic, "en") == topic.subject


WORDS = st.sampled_from(
    "why how what who which is are do does can't to the a we there bees city rain need works of in and 10 for".split()
)


@given(st.lists(WORDS, min_size=1, max_size=9))
def test_any_words_give_a_subject(words: list[str]) -> None:
    assert read_topic(" ".join(words), "en").subject


@given(st.text(min_size=1, max_size=60).filter(lambda text: any(c.isalnum() for c in text)))
def test_any_text_is_survived(text: str) -> None:
    for language in ("en", "zh"):
        assert isinstance(read_topic(text, language).subject, str)
