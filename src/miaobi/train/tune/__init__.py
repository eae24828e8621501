"""Tuning of models that others trained."""
