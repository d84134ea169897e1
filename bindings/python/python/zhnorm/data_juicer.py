"""An operator for Data-Juicer: `zhnorm_mapper`, there once this is imported.

    process:
      - zhnorm_mapper:
          to: simplified
"""

from data_juicer.ops.base_op import OPERATORS, Mapper

from ._tables import made

__all__ = ["ZhnormMapper"]


@OPERATORS.register_module("zhnorm_mapper")
class ZhnormMapper(Mapper):
    """Converts the text of each sample; `to` and `options` are those of `Converter`."""

    _batched_op = True

    def __init__(self, to=None, options=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.converter = made(to, options or {})

    def process_batched(self, samples):
        """Converts a batch; what has no text stays without."""
        texts = samples[self.text_key]
        converted = iter(self.converter.convert_many([text for text in texts if text is not None]))
        samples[self.text_key] = [None if text is None else next(converted) for text in texts]
        return samples
