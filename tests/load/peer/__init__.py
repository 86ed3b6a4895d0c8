"""The package ``django-appointment`` as the benchmark installs, seeds, serves and asks it."""
