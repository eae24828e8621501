"""Labelled assets to a folder of open formats."""
