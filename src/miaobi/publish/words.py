"""The words publishing itself puts into a work, per language. Other languages get the English ones."""

from __future__ import annotations

from typing import Final

from miaobi.base.value import Value


class Words(Value):
    """Headings and phrases of pages, documents and drafts. Each text of `share_of` takes a whole percent."""

    takeaways: str
    transcript: str
    end_card: str
    about: str
    made_by: str
    person: str
    credits: str
    notes: str
    shares: str
    share_of: dict[str, str]
    downloads: str
    no_video: str
    captions: str
    list_comma: str
    colon: str
    kinds: dict[str, str]
    draft_note: str
    draft_labels: dict[str, str]


ENGLISH: Final = Words(
    takeaways="Key takeaways",
    transcript="Transcript",
    end_card="On the last picture",
    about="About this piece",
    made_by="Who made what",
    person="A person",
    credits="Credits and licences",
    notes="Notes",
    shares="Text by share of characters: {}.",
    share_of={"engine": "AI {}\u00a0%", "person": "a person {}\u00a0%", "both": "AI and a person together {}\u00a0%"},
    downloads="Files",
    no_video="Your browser does not play this video; open the file instead.",
    captions="Captions",
    list_comma=", ",
    colon=": ",
    kinds={
        "title": "title",
        "lead": "lead",
        "heading": "headings",
        "text": "text",
        "takeaways": "takeaways",
        "idea": "picture ideas",
        "picture": "pictures",
        "caption": "captions",
        "alt": "picture descriptions",
        "narration": "narration",
        "closing": "closing line",
        "voice": "voice",
        "music": "music",
        "score": "score",
        "subtitles": "subtitles",
        "captions": "subtitles",
        "video": "video",
        "cut": "video",
        "poster": "poster",
    },
    draft_note=(
        "This is the text of the work. Change it here, in any editor, and save it as UTF-8.\n"
        "Keep the lines that start with an arrow bracket and the name miaobi: they say which part the text\n"
        "below them belongs to. What you write stays yours and is never overwritten.\n"
        "To take your changes in, run: miaobi revise, followed by the name of the work."
    ),
    draft_labels={
        "title": "title",
        "lead": "opening paragraph",
        "heading": "heading",
        "text": "text; a blank line starts a new paragraph",
        "takeaways": "key takeaways, one line each, starting with a dash",
        "idea": "what the picture shows; change it and the picture is drawn again",
        "caption": "caption under the picture",
        "alt": "description of the picture for people who cannot see it",
        "narration": "what the voice says",
        "closing": "closing line",
    },
)

CHINESE: Final = Words(
    takeaways="要点",
    transcript="文字稿",
    end_card="片尾画面",
    about="关于本作品",
    made_by="创作分工",
    person="作者本人",
    credits="素材与许可",
    notes="说明",
    shares="文字按字数计：{}。",
    share_of={"engine": "AI {}%", "person": "人 {}%", "both": "人与 AI 合写 {}%"},
    downloads="文件",
    no_video="您的浏览器无法播放此视频，请直接打开文件。",
    captions="字幕",
    list_comma="、",
    colon="：",
    kinds={
        "title": "标题",
        "lead": "导语",
        "heading": "小标题",
        "text": "正文",
        "takeaways": "要点",
        "idea": "画面构思",
        "picture": "图片",
        "caption": "图注",
        "alt": "图片描述",
        "narration": "旁白",
        "closing": "结束语",
        "voice": "配音",
        "music": "配乐",
        "score": "乐谱",
        "subtitles": "字幕",
        "captions": "字幕",
        "video": "视频",
        "cut": "视频",
        "poster": "海报",
    },
    draft_note=(
        "这是本作品的文字稿。可用任何编辑器修改，请以 UTF-8 编码保存。\n"
        "请保留以尖括号和 miaobi 开头的行：它们标明下面的文字属于哪一部分。\n"
        "您写的内容归您所有，不会被覆盖。\n"
        "改好后运行 miaobi revise 加作品名，即可采纳修改。"
    ),
    draft_labels={
        "title": "标题",
        "lead": "导语",
        "heading": "小标题",
        "text": "正文；空一行即另起一段",
        "takeaways": "要点，每行一条，以短横线开头",
        "idea": "画面内容；修改后会重新作画",
        "caption": "图注",
        "alt": "图片描述，供看不到图片的读者使用",
        "narration": "旁白",
        "closing": "结束语",
    },
)


def words(language: str) -> Words:
    """The words for a BCP 47 language tag."""
    return CHINESE if is_chinese(language) else ENGLISH


def is_chinese(language: str) -> bool:
    """Whether the tag's primary language is Chinese."""
    return language.replace("_", "-").split("-")[0].lower() == "zh"


def language_tag(language: str) -> str:
    """The tag for documents: a bare "zh" is written in simplified characters, which browsers and readers must know."""
    return "zh-Hans" if language == "zh" else language.replace("_", "-")
