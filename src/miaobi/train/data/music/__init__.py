"""Data sets of tunes: read MIDI or MusicXML, find the melody, lay it on a grid of bars, choose, compare, split, write.

Reading order: score, read_midi, read_musicxml (what a file holds); grid, tune, key, mood, melody (what becomes of it);
vocabulary, tokens (how it is written down); wish, spool, collect, write, card, dataset.
"""
