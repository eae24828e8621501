"""Composing for `music:score`: mood, form, melody, accompaniment. Notes, chords and sound are in base/music.

Reading order: mood, form, melody, accompaniment, compose.
"""
