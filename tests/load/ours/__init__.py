"""This product as the benchmark seeds, serves and asks it."""
