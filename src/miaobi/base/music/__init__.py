"""Music as notes, instruments, chords and sound, for every stage that writes some.

Reading order: note, instruments, harmony, performance, sound.
"""
