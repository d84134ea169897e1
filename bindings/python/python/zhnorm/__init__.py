"""Traditional and Simplified Chinese: any mix of scripts brought to one.

>>> import zhnorm
>>> zhnorm.convert("網頁的正文。网页的页脚。")
'网页的正文。网页的页脚。'

`Converter` is made once and used often, from many threads. `zhnorm.opencc` has
the interface of the package `opencc`; `zhnorm.polars`, `zhnorm.pandas`,
`zhnorm.spark`, `zhnorm.ray`, `zhnorm.datatrove` and `zhnorm.data_juicer` are
for the engines of those names and import them; nothing else does.
"""

from ._types import Change, Detection, Span
from ._zhnorm import Converter, Dictionary, Normalizer, __version__, convert, detect, explain, spans

__all__ = [
    "Change",
    "Converter",
    "Detection",
    "Dictionary",
    "Normalizer",
    "Span",
    "__version__",
    "convert",
    "convert_arrow",
    "detect",
    "explain",
    "spans",
]


def convert_arrow(column, /, to=None, **options):
    """Converts a column, as `Converter.convert_arrow`, with the options of `Converter`.

    >>> import pyarrow as pa
    >>> convert_arrow(pa.chunked_array([["開放"], ["中文", None]])).to_pylist()
    ['开放', '中文', None]
    """
    return Converter(to, **options).convert_arrow(column)
