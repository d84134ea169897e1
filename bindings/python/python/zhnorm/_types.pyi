from typing import Literal, NamedTuple

_Script = Literal["simplified", "traditional", "mixed", "common", "japanese", "other"]

class Detection(NamedTuple):
    script: _Script
    confidence: float
    simplified: int
    traditional: int
    common: int
    japanese: int
    other: int

class Span(NamedTuple):
    start: int
    end: int
    script: _Script

class Change(NamedTuple):
    source: tuple[int, int]
    target: tuple[int, int]
    before: str
    after: str
    rule: str
    confidence: int
    alternatives: list[str]
