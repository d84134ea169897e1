from os import PathLike
from typing import Any, Literal, Mapping, Sequence, TypedDict, TypeVar, Union

from typing_extensions import Unpack, disjoint_base, final

from ._types import Change, Detection, Span

CONFIGS: list[str]
__version__: str

_Path = Union[str, PathLike[str]]
_Names = Union[str, Sequence[str]]
_C = TypeVar("_C", bound="Converter")

class _Options(TypedDict, total=False):
    config: _Path | None
    style: Sequence[str] | _Path | None
    vocabulary: Literal["keep", "target"] | None
    variants: Literal["keep", "unify"] | None
    protect: _Names | None
    dictionary: Dictionary | Mapping[str, str] | _Path | None
    keep: Sequence[str] | _Path | None
    context: bool | None
    rare: Literal["include", "exclude"] | None
    repair: _Names | None
    normalize: _Names | None
    profile: Literal["corpus", "search-key"] | None

@disjoint_base
class Converter:
    def __new__(cls: type[_C], to: str | None = None, **options: Unpack[_Options]) -> _C: ...
    def convert(self, text: str, /) -> str: ...
    def convert_many(self, texts: Sequence[str], /) -> list[str]: ...
    def explain(self, text: str, /) -> list[Change]: ...
    def convert_arrow(self, column: Any, /) -> Any: ...
    def _convert_arrow(self, column: Any, /) -> Any: ...
    def __hash__(self) -> int: ...

@final
class Normalizer(Converter):
    def normalize(self, text: str, /) -> str: ...

@final
class Dictionary:
    def __new__(
        cls,
        pairs: Dictionary | Mapping[str, str] | _Path | None = None,
        *,
        keep: Sequence[str] | _Path | None = None,
    ) -> Dictionary: ...
    @staticmethod
    def parse(pairs: str, keep: str = "") -> Dictionary: ...
    @staticmethod
    def read(pairs: _Path | None = None, *, keep: _Path | None = None) -> Dictionary: ...
    def __hash__(self) -> int: ...

def convert(text: str, /, to: str | None = None, **options: Unpack[_Options]) -> str: ...
def explain(text: str, /, to: str | None = None, **options: Unpack[_Options]) -> list[Change]: ...
def detect(text: str, /) -> Detection: ...
def spans(text: str, /) -> list[Span]: ...
