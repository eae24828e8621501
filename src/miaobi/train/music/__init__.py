"""Models of music."""
