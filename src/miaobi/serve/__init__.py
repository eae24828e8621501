"""Interfaces on top of the studio."""
