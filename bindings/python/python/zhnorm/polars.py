"""An expression and series namespace for Polars, there once this is imported.

>>> import polars as pl
>>> import zhnorm.polars
>>> frame = pl.DataFrame({"text": ["開放中文", None]})
>>> frame.with_columns(pl.col("text").zhnorm.convert(to="simplified"))["text"].to_list()
['开放中文', None]
"""

import polars as pl

from ._zhnorm import Converter

__all__ = ["ExprNamespace", "SeriesNamespace"]


def _convert(converter, series):
    if series.dtype != pl.String:
        # Categories and enumerations are closed sets; what comes out may be in none.
        series = series.cast(pl.String)
    return pl.Series(series.name, converter._convert_arrow(series))


@pl.api.register_expr_namespace("zhnorm")
class ExprNamespace:
    """`pl.col("text").zhnorm`."""

    def __init__(self, expr):
        self._expr = expr

    def convert(self, to=None, **options):
        """Converts a column of strings; the options are those of `Converter`."""
        converter = Converter(to, **options)
        return self._expr.map_batches(
            lambda series: _convert(converter, series), return_dtype=pl.String, is_elementwise=True
        )


@pl.api.register_series_namespace("zhnorm")
class SeriesNamespace:
    """`series.zhnorm`."""

    def __init__(self, series):
        self._series = series

    def convert(self, to=None, **options):
        """Converts a series of strings; the options are those of `Converter`."""
        return _convert(Converter(to, **options), self._series)
