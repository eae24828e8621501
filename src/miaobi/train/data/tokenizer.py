"""Tokenisers made from the material itself, in the format of Hugging Face `tokenizers`.

char   a token per character; characters rarer than asked, or beyond the vocabulary, become <unk>
bpe    byte pairs (Sennrich et al. 2016) over bytes: every text can be written and comes back exactly

Token 0 is <|end|>, which ends a document, and token 1 <unk>. Text that spells such a name is text to both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from miaobi.errors import StoreError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

END: Final = "<|end|>"
UNKNOWN: Final = "<unk>"
END_ID: Final = 0
UNKNOWN_ID: Final = 1

MOST_SEEN_CHARACTERS: Final = 50_000_000
"""A bpe tokeniser is made from the first so many characters of the training split: more changes little."""

# Words with the space before them, numbers in threes, runs of marks and of white space, as GPT-2 and its heirs do it.
# Han characters go in twos: Chinese has no spaces, and whole clauses would fill memory with texts that occur once.
_PIECES: Final = (
    r"'(?:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?(?:(?!\p{Han})\p{L})+|\p{Han}{1,2}|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def make_tokenizer(
    kind: Literal["char", "bpe"], texts: Iterable[str], vocabulary: int, rarest: int
) -> tuple[Tokenizer, int]:
    """A tokeniser of at most `vocabulary` tokens and how many characters it was made from. `texts` is read once."""
    return _char(texts, vocabulary, rarest) if kind == "char" else _bpe(texts, vocabulary)


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokeniser from its file. StoreError when it is none of ours."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise StoreError(f"{path} is not a tokeniser ({error}).", hint="Make the data set again.") from error
    if tokenizer.token_to_id(END) != END_ID or tokenizer.token_to_id(UNKNOWN) != UNKNOWN_ID:
        raise StoreError(f"{path} lacks the tokens {END} and {UNKNOWN}.", hint="Make the data set again.")
    tokenizer.encode_special_tokens = True
    return tokenizer


def _char(texts: Iterable[str], vocabulary: int, rarest: int) -> tuple[Tokenizer, int]:
    from tokenizers import Tokenizer, decoders, models

    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    often = sorted((char for char, count in counts.items() if count >= rarest), key=lambda char: (-counts[char], char))
    tokens = {token: number for number, token in enumerate((END, UNKNOWN, *often[: vocabulary - 2]))}
    tokenizer = Tokenizer(models.BPE(vocab=tokens, merges=[], unk_token=UNKNOWN))  # BPE without merges: characters
    tokenizer.decoder = decoders.Fuse()
    return _with_specials(tokenizer), counts.total()


def _bpe(texts: Iterable[str], vocabulary: int) -> tuple[Tokenizer, int]:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        special_tokens=[END, UNKNOWN],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    counted = _Counted(texts)
    tokenizer.train_from_iterator(iter(counted), trainer)
    return _with_specials(tokenizer), counted.characters


def _with_specials(tokenizer: Tokenizer) -> Tokenizer:
    from tokenizers import AddedToken

    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in (END, UNKNOWN)])
    tokenizer.encode_special_tokens = True
    return tokenizer


class _Counted:
    """Texts up to the limit, counting their characters."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self.characters = 0

    def __iter__(self) -> Iterator[str]:
        for text in self._texts:
            if self.characters >= MOST_SEEN_CHARACTERS:
                return
            self.characters += len(text)
            yield text
