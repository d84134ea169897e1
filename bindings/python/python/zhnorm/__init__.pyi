from typing import Any

from typing_extensions import Unpack

from ._types import Change as Change, Detection as Detection, Span as Span
from ._zhnorm import (
    Converter as Converter,
    Dictionary as Dictionary,
    Normalizer as Normalizer,
    _Options,
    __version__ as __version__,
    convert as convert,
    detect as detect,
    explain as explain,
    spans as spans,
)

def convert_arrow(column: Any, /, to: str | None = None, **options: Unpack[_Options]) -> Any: ...
