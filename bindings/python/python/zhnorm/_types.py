"""What is told of a text. Positions count characters of the text, as Python does."""

from collections import namedtuple

Detection = namedtuple(
    "Detection", "script confidence simplified traditional common japanese other", module="zhnorm"
)
Span = namedtuple("Span", "start end script", module="zhnorm")
Change = namedtuple("Change", "source target before after rule confidence alternatives", module="zhnorm")
