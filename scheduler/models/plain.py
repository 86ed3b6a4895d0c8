"""Statements that are written once: compiling the hot ones anew takes Django longer than running them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import (
    BigAutoField,
    BooleanField,
    CharField,
    DateTimeField,
    EmailField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    TextField,
    UUIDField,
)

_AS_IT_IS = {
    *(BigAutoField, UUIDField, CharField, EmailField, TextField, BooleanField, DateTimeField),
    *(IntegerField, PositiveIntegerField, PositiveSmallIntegerField),
}
_Converter = tuple[int, Callable[..., Any], Any]


class Read:
    """Whole rows of one or several models: ``Read("FROM a_table AS a … WHERE a.id = %s", a=AModel)``.

    The keywords are the aliases of the text. Called with the values it answers a list of tuples, an object
    per alias; None stands for an outer join that met nothing.
    """

    def __init__(self, text: str, **models: type[Model]) -> None:
        self._text, self._models = text, models
        self._written: dict[str, _Written] = {}

    def __call__(self, *values: str | int) -> list[tuple[Any, ...]]:
        written = self._written.get(connection.vendor) or self._write()
        with connection.cursor() as cursor:
            cursor.execute(written.text, values)
            return [written.objects(row) for row in cursor.fetchall()]

    def first(self, *values: str | int) -> tuple[Any, ...] | None:
        """The first row, None where there is none."""
        return next(iter(self(*values)), None)

    def _write(self) -> "_Written":
        """In the first call: then the models are complete and the data base is known."""
        written = _Written.of(self._text, self._models)
        self._written[connection.vendor] = written
        return written


@dataclass(frozen=True)
class _Written:
    """The text for one kind of data base, and how its columns become objects."""

    text: str
    slices: list[tuple[type[Model], list[str], slice, int]]
    converters: list[_Converter]

    @classmethod
    def of(cls, tail: str, models: dict[str, type[Model]]) -> "_Written":
        columns: list[str] = []
        slices, converters = [], []
        for alias, model in models.items():
            fields = model._meta.concrete_fields
            begin = len(columns)
            columns += [f'{alias}."{field.column}"' for field in fields]
            for index, field in enumerate(fields, begin):
                converters += [(index, *found) for found in _converters(field)]
            names = [field.attname for field in fields]
            key = begin + names.index(model._meta.pk.attname)
            slices.append((model, names, slice(begin, len(columns)), key))
        return cls(f"SELECT {', '.join(columns)} {tail}", slices, converters)

    def objects(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for index, convert, column in self.converters:
            values[index] = convert(values[index], column, connection)
        return tuple(
            None if values[key] is None else model.from_db(connection.alias, names, values[part])
            for model, names, part, key in self.slices
        )


def _converters(field: "Field[Any, Any]") -> list[tuple[Callable[..., Any], Any]]:
    """What Django itself does with a value that comes from the data base."""
    column = field.get_col(field.model._meta.db_table)
    found = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    return [(convert, column) for convert in found]


class Change:
    """An update: ``Change("UPDATE a_table SET a = %s WHERE id = %s", AModel, "a", "id")``.

    The names say which field each value is written to or compared with.
    """

    def __init__(self, text: str, model: type[Model], *names: str) -> None:
        fields = {field.name: field for field in model._meta.concrete_fields}
        self._text, self._fields = text, [fields[name] for name in names]

    def __call__(self, *values: Any) -> int:
        """How many rows were changed."""
        pairs = zip(self._fields, values, strict=True)
        given = [field.get_db_prep_value(value, connection) for field, value in pairs]
        with connection.cursor() as cursor:
            cursor.execute(self._text, given)
            changed: int = cursor.rowcount
        return changed


def insert(rows: Sequence[Model], *, ignore_conflicts: bool = False) -> int:
    """Write new rows of one model in one statement and give them their ids; answers how many were taken.

    PostgreSQL gets most values as they stand: aware datetimes, plain texts.
    ``ignore_conflicts``: rows that a constraint refuses are left out in silence.
    """
    if not rows:
        return 0
    here = connections[DEFAULT_DB_ALIAS]
    getters, head, one, tail = _insertion(type(rows[0]), here.vendor)
    values = [value(row) for row in rows for value in getters]
    conflicts = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    text = head + ", ".join([one] * len(rows)) + conflicts + tail
    with here.cursor() as cursor:
        cursor.execute(text, values)
        if tail:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
        taken: int = cursor.rowcount
    for row in rows:
        row._state.adding, row._state.db = False, here.alias
    return taken


@cache
def _insertion(model: type[Model], vendor: str) -> tuple[list[Callable[[Model], Any]], str, str, str]:
    """What reads each value from a row, and the text before, of and after the values."""
    meta = model._meta
    fields = [field for field in meta.concrete_fields if field is not meta.auto_field]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    tail = f' RETURNING "{meta.auto_field.column}"' if meta.auto_field else ""
    getters = [_value_of(field, vendor) for field in fields]
    return getters, f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ', one, tail  # noqa: S608 - own names


def _value_of(field: "Field[Any, Any]", vendor: str) -> Callable[[Model], Any]:
    """As it stands in the row, where PostgreSQL's driver takes it so; else as the field prepares it."""
    kept = field.target_field if isinstance(field, ForeignKey) else field
    if vendor == "postgresql" and type(kept) in _AS_IT_IS:
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connections[DEFAULT_DB_ALIAS])
