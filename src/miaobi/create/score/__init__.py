"""Composing for `music:score`: mood, form, harmony, melody, accompaniment, and the sound of it.

Reading order: harmony, mood, form, melody, accompaniment, compose, sound.
"""
