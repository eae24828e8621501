"""One file per kind of piece: plain functions that read top to bottom."""
