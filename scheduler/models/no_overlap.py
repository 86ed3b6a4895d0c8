"""One constraint, two data bases: no two rows of one schedule may overlap."""

from typing import Any

from django.db import IntegrityError
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint

_EXCLUDE = "CONSTRAINT {name} EXCLUDE USING gist ({key} WITH =, tstzrange({start}, {end}) WITH &&)"
_TRIGGER = (
    "CREATE TRIGGER %(name)s BEFORE {event} ON %(table)s BEGIN "
    "SELECT RAISE(ABORT, '{constraint}') WHERE EXISTS (SELECT 1 FROM %(table)s AS other "
    "WHERE other.{key} = NEW.{key} AND other.{start} < NEW.{end} AND other.{end} > NEW.{start}{but}); END"
)


class NoOverlap(BaseConstraint):
    """Refuses overlapping half-open ``[start, end)`` of the same key.

    On PostgreSQL an exclusion constraint (needs ``btree_gist``); on SQLite two triggers, written as deferred
    statements so that a table remake keeps them.
    """

    def __init__(self, *, key: str, start: str, end: str, name: str) -> None:
        super().__init__(name=name)
        self.key, self.start, self.end = key, start, end

    def constraint_sql(self, model: Any, schema_editor: Any) -> str | None:
        if schema_editor.connection.vendor == "postgresql":
            return _EXCLUDE.format(
                name=schema_editor.quote_name(self.name), **self._columns(model, schema_editor)
            )
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Statement | None:
        if schema_editor.connection.vendor == "postgresql":
            return Statement(
                "ALTER TABLE %(table)s ADD %(constraint)s",
                table=Table(model._meta.db_table, schema_editor.quote_name),
                constraint=self.constraint_sql(model, schema_editor),
            )
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def remove_sql(self, model: Any, schema_editor: Any) -> Statement | None:
        if schema_editor.connection.vendor == "postgresql":
            return schema_editor._delete_constraint_sql(
                schema_editor.sql_delete_check, model, schema_editor.quote_name(self.name)
            )
        return None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The data base alone decides; a look beforehand would promise what a rival can still take."""

    def _columns(self, model: Any, schema_editor: Any) -> dict[str, str]:
        field = model._meta.get_field
        return {
            part: schema_editor.quote_name(field(getattr(self, part)).column)
            for part in ("key", "start", "end")
        }

    def _triggers(self, model: Any, schema_editor: Any) -> list[Statement]:
        columns = self._columns(model, schema_editor)
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return [
            Statement(
                _TRIGGER.format(event=event, constraint=self.name, but=but, **columns),
                name=schema_editor.quote_name(f"{self.name}_{event.lower()}"),
                table=table,
            )
            for event, but in (("INSERT", ""), ("UPDATE", " AND other.rowid <> NEW.rowid"))
        ]

    def refused(self, error: IntegrityError) -> bool:
        """Was it this constraint that refused?"""
        return self.name in str(error)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "key": self.key, "start": self.start, "end": self.end}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.key, self.start, self.end))
