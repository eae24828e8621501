"""Material of one's own becomes a data set: read, clean, choose, drop near-duplicates, split, tokenise, describe.

One kind of file is one reader (`read_*.py`); `collect.py` reads top to bottom; `dataset.py` is what training opens.
Nothing here needs PyTorch, and nothing holds the corpus in memory.
"""
