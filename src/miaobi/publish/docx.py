"""The piece as a Word document."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from typing import Final

from miaobi.base.asset import Asset
from miaobi.base.piece import Piece
from miaobi.publish.archive import fix_zip
from miaobi.publish.outline import outline
from miaobi.publish.pandoc import default_data, document_tree, run_pandoc
from miaobi.publish.words import is_chinese, language_tag

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_INK: Final = "1F2326"
_SOFT: Final = "5D6468"
_ACCENT: Final = "9A3B26"


def make_docx(piece: Piece, statement: str, epoch: int) -> Asset:
    """A .docx file. Equal pieces, statements and epochs give equal bytes."""
    files = {figure.name: figure.asset.read() for figure in outline(piece).figures}
    files["reference.docx"] = reference_docx(piece.language)
    tree = document_tree(piece, statement, {}, with_cover=True)
    data = run_pandoc(tree, "docx", ["--reference-doc=reference.docx"], files, epoch)
    return Asset.from_bytes(fix_zip(data, epoch), MEDIA_TYPE)


@lru_cache(maxsize=8)
def reference_docx(language: str) -> bytes:
    """Pandoc's reference document with our typography and fonts for the language."""
    data = default_data("reference.docx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = archive.read("word/styles.xml").decode()
    return fix_zip(data, 0, {"word/styles.xml": _restyle(styles, language).encode()})


def _restyle(styles: str, language: str) -> str:
    """styles.xml with the default fonts set and the paragraph styles we use replaced or added.

    Sizes are in half points and distances in twentieths of a point (ECMA-376 part 1, 17.3 and 17.7).
    """
    eastern = language_tag(language) if is_chinese(language) else "zh-CN"
    traditional = eastern.lower() in {"zh-hant", "zh-tw", "zh-hk", "zh-mo"}
    serif, sans = ("PMingLiU", "Microsoft JhengHei") if traditional else ("SimSun", "Microsoft YaHei")
    body = _fonts("Georgia", serif)
    head = _fonts("Calibri", sans)
    western = language_tag(language) if not is_chinese(language) else "en-GB"
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{body}<w:color w:val="{_INK}"/><w:sz w:val="22"/>'
        f'<w:szCs w:val="22"/><w:lang w:val="{western}" w:eastAsia="{eastern}" w:bidi="ar-SA"/></w:rPr>'
        '</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="300" w:lineRule="auto"/></w:pPr>'
        "</w:pPrDefault></w:docDefaults>"
    )
    styles = re.sub(r"<w:docDefaults>.*?</w:docDefaults>", lambda _: defaults, styles, count=1, flags=re.S)
    small = f'{head}<w:color w:val="{_SOFT}"/><w:sz w:val="18"/>'
    line = f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="{_ACCENT}"/></w:pBdr>'
    keep = "<w:keepNext/><w:keepLines/>"
    ours = [
        _style("Title", "Title", _space(0, 200), f'{head}<w:b/><w:color w:val="{_INK}"/><w:sz w:val="52"/>'),
        _style("Heading2", "heading 2", keep + _space(400, 120) + _level(1), f'{head}<w:b/><w:sz w:val="30"/>'),
        _style("Heading3", "heading 3", keep + _space(240, 80) + _level(2), f'{head}<w:b/><w:sz w:val="22"/>'),
        _style("Lead", "Lead", _space(120, 280), f'{body}<w:color w:val="{_SOFT}"/><w:sz w:val="26"/>'),
        _style("AIStatement", "AI Statement", line + _space(60, 240), small),
        _style("Colophon", "Colophon", _space(0, 60), small),
        _style("ImageCaption", "Image Caption", _space(60, 280), small),
        _style("CaptionedFigure", "Captioned Figure", "<w:keepNext/>" + _space(240, 0), ""),
    ]
    for style_id, xml in ours:
        styles = re.sub(rf'<w:style [^>]*w:styleId="{style_id}".*?</w:style>', "", styles, flags=re.S)
        styles = styles.replace("</w:styles>", f"{xml}</w:styles>")
    return styles


def _style(style_id: str, name: str, paragraph: str, run: str) -> tuple[str, str]:
    return style_id, (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="BodyText"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


def _fonts(western: str, eastern: str) -> str:
    return f'<w:rFonts w:ascii="{western}" w:hAnsi="{western}" w:eastAsia="{eastern}" w:cs="{western}"/>'


def _space(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _level(level: int) -> str:
    return f'<w:outlineLvl w:val="{level}"/>'
