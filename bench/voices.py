"""Which voice is understood best: every voice reads a few sentences, Whisper writes down what it hears.

    python bench/voices.py [--home FOLDER] [--engine speech:piper/joe ...] [--language en zh] [--verbose]

Prints a table: word error rate for English and character error rate for Mandarin (edits over the length of the text,
after numbers are written out and case and punctuation removed; the listener's own errors are part of it), and the
time it took as a multiple of the length of the recording. About ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from pathlib import Path

from miaobi.base.engine import SpeechRequest, TranscriptRequest
from miaobi.create.speech_kokoro import VOICES, KokoroSpeechEngine
from miaobi.create.speech_piper import PiperSpeechEngine
from miaobi.create.spoken import write_out
from miaobi.create.transcript_whisper import WhisperTranscriptEngine

SENTENCES = {
    "en": (
        "Street trees cool the city by up to 5°C on a hot afternoon.",
        "The old library opened its doors again on November 21, 2026.",
        "She bought three apples, a loaf of bread and some fresh cheese.",
        "Why do birds sing before sunrise? Nobody knows for certain.",
        "Our team raised $5.2 million, which is 40% more than last year.",
        "Turn left at the bridge, then walk along the river for ten minutes.",
    ),
    "zh": (
        "夏天的下午，行道树能让城市的气温下降5°C。",
        "这座老图书馆在2026年11月21日重新开放。",
        "她买了三个苹果、一个面包和一些新鲜的牛奶。",
        "为什么小鸟总是在日出之前唱歌？没有人知道答案。",
        "公司今年的收入是五百万元，比去年增长了40%。",
        "请在桥头左转，然后沿着河边走十分钟。",
    ),
}


def edit_distance(expected: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance: the fewest insertions, deletions and replacements from one to the other."""
    row = list(range(len(heard) + 1))
    for number, item in enumerate(expected, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (item != other))
    return row[-1]


def units(text: str, language: str) -> list[str]:
    """What errors are counted in: words of English, characters of Mandarin."""
    plain = write_out(text, language).lower()
    if language == "zh":
        return re.findall(r"[\u3400-\u9fff]|[a-z]+", plain)
    plain = re.sub(r"\b(?:[a-z] )+[a-z]\b", lambda run: run.group().replace(" ", ""), plain)
    return re.findall(r"[a-z']+", plain.replace(" and ", " ").replace("-", " "))


def main() -> None:
    options = _options()
    listener = WhisperTranscriptEngine.open("base", options.home)
    print(f"{'voice':<26} {'language':<9} {'error rate':>10} {'x real time':>12} {'speech s':>9}")
    for engine_id in options.engine:
        name = engine_id.partition("/")[2]
        for language in options.language:
            if "piper" in engine_id and language != "en":
                continue
            engine_class = PiperSpeechEngine if "piper" in engine_id else KokoroSpeechEngine
            engine = engine_class.open(name, options.home)
            engine.generate(
                SpeechRequest(text=SENTENCES[language][0], language=language)
            )  # the first run also warms up
            edits = length = 0
            seconds = speech_seconds = 0.0
            for sentence in SENTENCES[language]:
                start = time.perf_counter()
                spoken = engine.generate(SpeechRequest(text=sentence, language=language))
                seconds += time.perf_counter() - start
                speech_seconds += spoken.duration_seconds
                heard = listener.generate(TranscriptRequest(audio=spoken.audio, language=language)).text
                expected = units(sentence, language)
                wrong = edit_distance(expected, units(heard, language))
                edits, length = edits + wrong, length + len(expected)
                if options.verbose:
                    print(f"  {wrong:>2} of {len(expected):>2}  {heard}")
            engine.close()
            speed = seconds / speech_seconds
            print(
                f"{engine_id:<26} {language:<9} {edits / length:>10.3f} {speed:>12.2f} {speech_seconds:>9.1f}",
                flush=True,
            )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--home", type=Path, default=Path("bench-home"), help="folder for assembled models")
    engines = ["speech:piper/joe", *(f"speech:kokoro/{voice}" for voice in VOICES)]
    parser.add_argument("--engine", nargs="+", default=engines)
    parser.add_argument("--language", nargs="+", choices=sorted(SENTENCES), default=sorted(SENTENCES))
    parser.add_argument("--verbose", action="store_true", help="print what was heard")
    return parser.parse_args()


if __name__ == "__main__":
    main()
