"""A busy machine may take its time; only what is found counts."""

from hypothesis import settings

settings.register_profile("calm", deadline=None, max_examples=100)
settings.load_profile("calm")
