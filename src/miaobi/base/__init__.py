"""What flows, the engine contract, the cached step, and where it runs."""
