"""Request to Result: one file per engine, and the registry that names them."""
