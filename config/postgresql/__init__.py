"""PostgreSQL as Django knows it, with a health check that costs no round trip."""
