"""Reads shared by pages, API and messages."""
