"""The rows of the benchmark, one file per kind of work."""
