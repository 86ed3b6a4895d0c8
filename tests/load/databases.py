"""Data bases on the benchmark's one PostgreSQL server, which keeps every safety switched on (``fsync``)."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tools.postgres import Cluster, cluster

ADMINISTRATION = "postgres"
COUNTING = {"shared_preload_libraries": "pg_stat_statements"}


@contextmanager
def server() -> Iterator[Cluster]:
    """A PostgreSQL server that counts statements; it ends when the block ends."""
    with cluster(fsync=True, settings=COUNTING) as found:
        execute(found, sql.SQL("CREATE EXTENSION pg_stat_statements"))
        yield found


def copy(found: Cluster, database: str, template: str) -> str:
    """A new data base, as a copy of one that nobody is connected to; answers its address.

    One of that name from an earlier row is replaced.
    """
    names = sql.Identifier(database), sql.Identifier(template)
    execute(found, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0]))
    execute(found, sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))
    return found.url(database)


def analyze(found: Cluster, database: str) -> None:
    """Let the planner know the tables' sizes, as autovacuum does within a minute."""
    with psycopg.connect(found.url(database), autocommit=True) as connection:
        connection.execute("ANALYZE")


def execute(found: Cluster, statement: sql.Composable) -> None:
    """Run one administrative statement outside of a transaction."""
    with psycopg.connect(found.url(ADMINISTRATION), autocommit=True) as connection:
        connection.execute(statement)
