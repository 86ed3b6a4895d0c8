"""The pure core: no data base, no clock, no Django. Instants are UTC epoch seconds."""
