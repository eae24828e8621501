"""Measurements: content to Score."""
