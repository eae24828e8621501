"""Post-processing: small pure effects, Asset to Asset."""
