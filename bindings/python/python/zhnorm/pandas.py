"""An accessor for pandas' series, there once this is imported.

>>> import pandas as pd
>>> import zhnorm.pandas
>>> pd.Series(["開放中文", None]).zhnorm.convert(to="simplified").tolist()[0]
'开放中文'
"""

import pandas as pd
import pyarrow as pa

from ._zhnorm import Converter

__all__ = ["SeriesAccessor"]


@pd.api.extensions.register_series_accessor("zhnorm")
class SeriesAccessor:
    """`series.zhnorm`."""

    def __init__(self, series):
        self._series = series

    def convert(self, to=None, **options):
        """Converts a series of strings, through Arrow; its index, name and type
        stay. The options are those of `Converter`.
        """
        series = self._series
        if isinstance(series.dtype, pd.CategoricalDtype):
            # Two categories may become one.
            raise TypeError("a categorical series: convert it `.astype('str')`")
        column = pa.array(series, from_pandas=True)
        if pa.types.is_null(column.type):
            return series.copy()
        converted = Converter(to, **options).convert_arrow(column)
        if isinstance(converted, pa.ChunkedArray):
            converted = converted.combine_chunks()
        if isinstance(series.dtype, pd.ArrowDtype):
            values = series.dtype.__from_arrow__(converted)
        else:
            values = converted.to_pandas().array
        return pd.Series(values, series.index, series.dtype, series.name)
