"""Request to Brief to Plan."""
