"""Labels in subtitles, scores and video containers, read back by other people's libraries; and verify_file."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pretty_midi
import pysubs2
import pytest
from PIL import Image

from miaobi.base.asset import Asset
from miaobi.edit.timeline import Palette, Shot, Timeline
from miaobi.edit.video import render_video
from miaobi.errors import InputError, UnknownNameError
from miaobi.label.explicit import short_label
from miaobi.label.frames import find_frame_label
from miaobi.label.image import label_image
from miaobi.label.midi import label_midi, text_events
from miaobi.label.timed_text import SRT, VTT, first_cue_start_seconds, first_cue_text, label_subtitles
from miaobi.label.verify import READERS, verify_file
from miaobi.label.video import label_video

SHORT = "AI生成"
SENTENCE = "本作品含AI生成内容：文字由AI生成。"
EARLY_SRT = "1\n00:00:00,500 --> 00:00:03,000\n第一句\n第二行\n\n2\n00:00:03,000 --> 00:00:05,000\n42\n"
LATE_SRT = EARLY_SRT.replace("00:00:00,500", "00:00:02,000")
EARLY_VTT = "WEBVTT\n\nSTYLE\n::cue { color: white }\n\n7\n00:00.500 --> 00:03.000 line:80%\n第一句\n"
LATE_VTT = EARLY_VTT.replace("00:00.500", "01:00:02.000").replace("00:03.000", "01:00:03.000")


def asset(text: str, media_type: str) -> Asset:
    return Asset.from_bytes(text.encode(), media_type)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_subtitles_with_room_get_a_cue_of_their_own(newline: str) -> None:
    labelled = label_subtitles(asset("\ufeff" + LATE_SRT.replace("\n", newline), SRT), SHORT)
    cues = pysubs2.SSAFile.from_string(labelled.read().decode(), "srt")
    assert [(cue.start, cue.end, cue.plaintext) for cue in cues] == [
        (0, 2000, SHORT),
        (2000, 3000, "第一句\n第二行"),
        (3000, 5000, "42"),
    ]
    numbers = [line for line in labelled.read().decode().split("\n") if line in {"1", "2", "3"}]
    assert numbers == ["1", "2", "3"]


def test_captions_are_read_as_a_viewer_reads_them() -> None:
    """WebVTT spells & < > as references."""
    labelled = label_subtitles(asset(EARLY_VTT, VTT), "AI <生成> & more")
    content = labelled.read().decode()
    assert "AI &lt;生成&gt; &amp; more\n第一句" in content
    assert first_cue_text(content).startswith("AI <生成> & more")
    assert label_subtitles(labelled, "AI <生成> & more") == labelled


def test_subtitles_without_room_start_with_it() -> None:
    labelled = label_subtitles(asset(EARLY_SRT, SRT), SHORT)
    cues = pysubs2.SSAFile.from_string(labelled.read().decode(), "srt")
    assert [cue.plaintext for cue in cues] == [f"{SHORT}\n第一句\n第二行", "42"]
    assert label_subtitles(labelled, SHORT) == labelled


@pytest.mark.parametrize(("text", "expected"), [(EARLY_VTT, [f"{SHORT}\n第一句"]), (LATE_VTT, [SHORT, "第一句"])])
def test_captions_keep_their_styles_first(text: str, expected: list[str]) -> None:
    labelled = label_subtitles(asset(text, VTT), SHORT)
    content = labelled.read().decode()
    assert content.startswith("WEBVTT\n\nSTYLE\n")
    assert "\n\n7\n" in content
    assert [cue.plaintext for cue in pysubs2.SSAFile.from_string(content, "vtt")] == expected
    assert label_subtitles(labelled, SHORT) == labelled
    assert (first_cue_start_seconds(content) or 0) < 2


def test_files_without_cues_get_one() -> None:
    for text, media_type, kind in (("", SRT, "srt"), ("WEBVTT\n", VTT, "vtt")):
        content = label_subtitles(asset(text, media_type), SHORT).read().decode()
        assert [cue.plaintext for cue in pysubs2.SSAFile.from_string(content, kind)] == [SHORT]


def test_what_is_no_subtitle_file_is_refused() -> None:
    for text, media_type in (("x", "text/plain"), ("no header", VTT)):
        with pytest.raises(InputError):
            label_subtitles(asset(text, media_type), SHORT)
    with pytest.raises(InputError, match="not UTF-8"):
        label_subtitles(Asset.from_bytes("字".encode("gb18030"), SRT), SHORT)


def score() -> Asset:
    music = pretty_midi.PrettyMIDI(initial_tempo=100)
    piano = pretty_midi.Instrument(program=0)
    piano.notes = [pretty_midi.Note(80, 60 + n, n * 0.5, n * 0.5 + 0.4) for n in range(8)]
    piano.control_changes = [pretty_midi.ControlChange(64, 127, 0.1)]
    music.instruments.append(piano)
    data = io.BytesIO()
    music.write(data)
    return Asset.from_bytes(data.getvalue(), "audio/midi")


@pytest.mark.parametrize("text", [SHORT, "AI-generated", "AI-generated " * 40])
def test_a_score_keeps_its_notes_and_says_it(text: str) -> None:
    import mido

    before = score()
    labelled = label_midi(before, text)
    read = mido.MidiFile(file=io.BytesIO(labelled.read()), charset="utf-8")
    assert (read.tracks[0][0].type, read.tracks[0][0].text) == ("text", text)
    old = mido.MidiFile(file=io.BytesIO(before.read()))
    assert [list(track) for track in read.tracks][1:] == [list(track) for track in old.tracks][1:]
    assert list(read.tracks[0])[1:] == list(old.tracks[0])
    assert text in text_events(labelled.read())
    assert label_midi(labelled, text) == labelled


def test_what_is_no_score_is_refused() -> None:
    for data in (b"", b"MThd", b"not midi at all", score().read()[:20]):
        with pytest.raises(InputError):
            label_midi(Asset.from_bytes(data, "audio/midi"), SHORT)


def film() -> Asset:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        container.metadata["title"] = "城市与树"
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.time_base = Fraction(1, 10)
        for number in range(12):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 20, np.uint8), format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Asset.from_bytes(out.getvalue(), "video/mp4")


def frames_of(video: Asset) -> list[tuple[float, bytes]]:
    with av.open(io.BytesIO(video.read())) as container:
        return [(frame.time or 0.0, frame.to_ndarray().tobytes()) for frame in container.decode(video=0)]


def test_a_film_keeps_its_frames_and_says_it() -> None:
    before = film()
    labelled = label_video(before, SENTENCE)
    assert frames_of(labelled) == frames_of(before)
    with av.open(io.BytesIO(labelled.read())) as container:
        assert container.metadata["comment"] == SENTENCE
        assert container.metadata["title"] == "城市与树"
    assert label_video(before, SENTENCE) == labelled  # the same bytes every time
    assert label_video(labelled, SENTENCE) == labelled
    with pytest.raises(InputError, match="cannot be read"):
        label_video(Asset.from_bytes(b"no film", "video/mp4"), SENTENCE)


# ---------------------------------------------------------------- verify_file


def docx_of(text: str) -> bytes:
    out = io.BytesIO()
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    half = len(text) // 2  # Word splits sentences into runs
    body = f"<w:p><w:r><w:t>{text[:half]}</w:t></w:r><w:r><w:t>{text[half:]}</w:t></w:r></w:p>"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def epub_of(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        page = f"<html><head><title>x</title></head><body><p>{text}</p></body></html>"
        archive.writestr("EPUB/text/ch001.xhtml", page)
    return out.getvalue()


DOCUMENTS = {
    ".html": lambda text: f"<html><head><title>t</title></head><body><br><p>{text}</p></body></html>".encode(),
    ".md": lambda text: f"# T\n\n> {text}\n".encode(),
    ".epub": epub_of,
    ".docx": docx_of,
}


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_documents_are_read_for_their_statement(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"文章{suffix}"
    make = DOCUMENTS[suffix]
    file.write_bytes(make(SENTENCE))
    for wanted in (None, SENTENCE):
        (finding,) = verify_file(file, wanted)
        assert finding.verified
        assert finding.text == SENTENCE
        assert finding.file == file.name
    assert not verify_file(file, "Another sentence.")[0].verified
    file.write_bytes(make("An article about AI and how pictures are generated."))
    (finding,) = verify_file(file)
    assert not finding.verified
    assert finding.text == ""
    assert finding.detail


@pytest.mark.parametrize(
    "page",
    [
        f'<head><meta name="ai-statement" content="{SENTENCE}"><title>{SENTENCE}</title></head><body></body>',
        f"<body><!-- {SENTENCE} --><p>x</p></body>",
        f'<body><div style="display: none"><p>{SENTENCE}</p></div></body>',
        f"<body><p hidden>{SENTENCE}</p></body>",
        f"<body><script>var s = '{SENTENCE}'</script></body>",
    ],
)
def test_a_statement_nobody_sees_does_not_count(page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    assert not verify_file(file)[0].verified
    file.write_text(page + f"<p>{SENTENCE}</p>", encoding="utf-8")
    assert verify_file(file)[0].verified


def test_other_files_are_read_for_their_labels(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(picture, "PNG")
    plain = Asset.from_bytes(picture.getvalue(), "image/png")
    cases = {
        "a.png": (plain, label_image(plain, short_label("zh")), "corner"),
        "a.mid": (score(), label_midi(score(), SHORT), "text event"),
        "a.srt": (asset(EARLY_SRT, SRT), label_subtitles(asset(EARLY_SRT, SRT), SHORT), "first cue"),
        "a.vtt": (asset(LATE_VTT, VTT), label_subtitles(asset(LATE_VTT, VTT), SHORT), "first cue"),
        "a.mp4": (film(), label_video(film(), SENTENCE), "container"),
    }
    for name, (without, labelled, where) in cases.items():
        file = tmp_path / name
        file.write_bytes(without.read())
        assert not verify_file(file)[0].verified, name
        file.write_bytes(labelled.read())
        finding = verify_file(file)[0]
        assert finding.verified, finding
        assert finding.where == where
        assert "生成" in finding.text


def test_what_cannot_be_verified_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"\.xyz"):
        verify_file(tmp_path / "a.xyz")
    with pytest.raises(UnknownNameError, match="no file"):
        verify_file(tmp_path / "a.png")
    for suffix in set(READERS) - {".html", ".md", ".srt", ".vtt"}:
        (tmp_path / f"bad{suffix}").write_bytes(b"\x00\x01 nothing of the kind")
        with pytest.raises(InputError):
            verify_file(tmp_path / f"bad{suffix}")


@pytest.mark.parametrize(("words", "language"), [("AI-generated", "en"), ("AI生成", "zh")])
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (640, 360)])
@pytest.mark.parametrize("ground", ["#ffffff", "#000000", "#70a0d0"])
def test_the_label_is_read_from_the_frames_of_a_film(
    words: str, language: str, size: tuple[int, int], ground: str, tmp_path: Path
) -> None:
    """The stages that draw and read it do not know each other: this holds them together."""
    picture = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(picture, "PNG")
    still = Asset.from_bytes(picture.getvalue(), "image/png") if ground == "#70a0d0" else None
    shot = Shot(duration_seconds=2.2, still=still)
    palette = Palette(background=ground)
    plain = Timeline(width=size[0], height=size[1], fps=24, shots=(shot,), palette=palette, language=language)
    file = tmp_path / "film.mp4"
    file.write_bytes(render_video(plain.model_copy(update={"label_text": words})).read())
    _, frames = verify_file(file)
    assert (frames.where, frames.text, frames.verified) == ("opening frames", words, True)
    file.write_bytes(render_video(plain).read())
    _, frames = verify_file(file)
    assert (frames.verified, frames.text) == (False, "")
    assert "opening frames" in frames.detail


def test_a_label_that_goes_too_early_or_was_painted_over_is_noticed() -> None:
    shot = Shot(duration_seconds=3.0)
    short = Timeline(width=640, height=360, fps=24, shots=(shot,), label_text="AI-generated")
    early = short.model_copy(update={"label_seconds": 1.0})
    other = short.model_copy(update={"label_text": "Made by hand"})
    assert find_frame_label(render_video(short).read()).is_visible
    assert not find_frame_label(render_video(early).read()).is_visible
    assert not find_frame_label(render_video(other).read()).is_visible
