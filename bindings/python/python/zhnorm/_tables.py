"""What the engines share: chosen columns of an Arrow batch, converted."""

import pyarrow as pa
import pyarrow.compute as pc

from ._zhnorm import Converter


def made(to, options):
    """A converter: `to` itself, if it is one, or the one that the options name."""
    if not isinstance(to, Converter):
        return Converter(to, **options)
    if options:
        raise TypeError("options belong into the converter that is given")
    return to


def names(columns):
    """The names of columns: one, or several."""
    return [columns] if isinstance(columns, str) else list(columns)


def convert_columns(batch, columns, converter, count=None):
    """A record batch or a table with these columns converted and all others as they were.

    `count(rows, changed, bytes)` is told of each column.
    """
    for name in columns:
        place = batch.schema.get_field_index(name)
        if place < 0:
            raise ValueError(f"no column `{name}`; there are: {' '.join(batch.schema.names)}")
        before = batch.column(place)
        after = converter.convert_arrow(before)
        batch = batch.set_column(place, batch.schema.field(place), after)
        if count is not None:
            count(len(before), changed(before, after), before.nbytes)
    return batch


def changed(before, after):
    """How many values differ."""
    if pa.types.is_dictionary(before.type):
        before, after = before.cast(before.type.value_type), after.cast(after.type.value_type)
    return pc.sum(pc.not_equal(before, after)).as_py() or 0
