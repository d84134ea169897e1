"""A step for datatrove's pipelines.

    from zhnorm.datatrove import Convert

    pipeline = [ParquetReader("in"), Convert(to="simplified"), ParquetWriter("out")]
"""

from datatrove.pipeline.base import PipelineStep

from ._tables import made

__all__ = ["Convert"]


class Convert(PipelineStep):
    """Converts each document's text; the options are those of `Converter`, or `to`
    is a converter. Counts documents, and those that changed, in the step's stats.
    """

    type = "✂️ - FORMAT"
    name = "🀄 zhnorm"

    def __init__(self, to=None, **options):
        super().__init__()
        self.converter = made(to, options)

    def run(self, data, rank=0, world_size=1):
        """Converts the documents one after another."""
        for document in data:
            self.stat_update("total")
            with self.track_time():
                text = self.converter.convert(document.text)
            if text != document.text:
                self.stat_update("changed")
            document.text = text
            yield document
