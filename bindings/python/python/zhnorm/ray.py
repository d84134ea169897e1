"""Ray Data: columns of a dataset converted by Arrow batches.

    import ray
    from zhnorm.ray import convert

    convert(ray.data.read_parquet("in"), "text", to="simplified").write_parquet("out")

The result depends on the rows alone, so a task that is run again, or elsewhere,
writes the same.
"""

from ._tables import convert_columns, made, names

__all__ = ["ConvertBatch", "convert"]


class ConvertBatch:
    """A function of Arrow tables, for `Dataset.map_batches`."""

    def __init__(self, columns, to=None, **options):
        self._columns, self._converter = names(columns), made(to, options)

    def __call__(self, batch):
        return convert_columns(batch, self._columns, self._converter)


def convert(dataset, columns, to=None, *, map_batches=None, **options):
    """A dataset with these columns converted; the options are those of `Converter`,
    or `to` is a converter. `map_batches`: a dict of Ray's own options for
    `Dataset.map_batches`.
    """
    ours = {"batch_format": "pyarrow", "zero_copy_batch": True}
    return dataset.map_batches(ConvertBatch(columns, to, **options), **{**ours, **(map_batches or {})})
