"""Pictures become a data set: read, fitted to one size, compared, split, described. Nothing here needs PyTorch."""
