"""PySpark: columns of a data frame converted by Arrow batches.

    from zhnorm.spark import Summary, convert

    summary = Summary(spark)
    convert(spark.read.parquet("in"), "text", to="simplified", summary=summary).write.parquet("out")
    print(summary.json())

The result depends on the rows alone, so a task that is run again, or elsewhere,
writes the same.
"""

import json

import pandas as pd
from pyspark.sql.functions import pandas_udf

from ._tables import convert_columns, made, names

__all__ = ["Summary", "convert", "map_in_arrow", "udf"]


class Summary:
    """Counts of what was converted, by Spark's accumulators: values, how many of
    them changed, and their bytes.

    Spark adds up each task of an action that ends well once, however often it
    was tried; a stage that an action has to run again is added again. With Spark
    Connect there are no accumulators.
    """

    _NAMES = ("values", "changed", "bytes")

    def __init__(self, spark):
        self._counts = [spark.sparkContext.accumulator(0) for _ in self._NAMES]

    def __call__(self, *counts):
        for sum_, count in zip(self._counts, counts):
            sum_.add(count)

    def json(self):
        """The counts as a JSON object; once an action has run."""
        return json.dumps({name: sum_.value for name, sum_ in zip(self._NAMES, self._counts)})


def map_in_arrow(columns, to=None, *, summary=None, **options):
    """A function for `DataFrame.mapInArrow`; the options are those of `Converter`,
    or `to` is a converter.
    """
    columns, converter = names(columns), made(to, options)

    def convert_batches(batches):
        for batch in batches:
            yield convert_columns(batch, columns, converter, summary)

    return convert_batches


def convert(frame, columns, to=None, *, summary=None, **options):
    """A data frame with these columns converted; the options are those of
    `Converter`, or `to` is a converter.
    """
    unknown = [name for name in names(columns) if name not in frame.columns]
    if unknown:
        raise ValueError(f"no column `{unknown[0]}`; there are: {' '.join(frame.columns)}")
    return frame.mapInArrow(map_in_arrow(columns, to, summary=summary, **options), frame.schema)


def udf(to=None, **options):
    """A pandas UDF, for expressions: `frame.select(udf(to="taiwan")("title"))`."""
    converter = made(to, options)

    @pandas_udf("string")
    def zhnorm(texts: pd.Series) -> pd.Series:
        import pyarrow as pa

        return converter.convert_arrow(pa.array(texts, pa.string(), from_pandas=True)).to_pandas()

    return zhnorm
