"""Visible, audible and machine-readable statements that a piece was made with AI, and their verification."""
