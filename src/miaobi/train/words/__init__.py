"""Word vectors: how they are learned, asked, and drawn."""
