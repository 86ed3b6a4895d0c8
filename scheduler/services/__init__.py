"""Writes: one verb, one transaction, one event for each thing changed."""
