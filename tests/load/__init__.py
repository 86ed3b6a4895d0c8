"""The benchmark: what this product costs, next to a known package and to the raw data base (README.md)."""
