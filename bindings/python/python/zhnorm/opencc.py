"""OpenCC's conversions under the interface of the package `opencc`.

    from opencc import OpenCC            # before
    from zhnorm.opencc import OpenCC     # after

The text that comes out is the same, byte for byte.

>>> OpenCC("s2twp.json").convert("鼠标和内存")
'滑鼠和記憶體'
"""

from ._zhnorm import CONFIGS as _NAMES
from ._zhnorm import Converter, __version__

__all__ = ["CONFIGS", "OpenCC", "__version__"]

CONFIGS = [name + ".json" for name in _NAMES]


class OpenCC:
    """A conversion by `config`: a name with or without `.json`, or the path of a
    configuration file. Unlike the package's own, it can be pickled, and its
    threads run at the same time.
    """

    __slots__ = ("_converter", "config")

    def __init__(self, config="t2s", include_tofu_risk_dictionaries=True, resource_zip=None):
        if resource_zip is not None:
            raise ValueError("resource_zip: the dictionaries are built in; name a configuration file instead")
        name = config[:-5] if config in CONFIGS else config
        rare = "include" if include_tofu_risk_dictionaries else "exclude"
        object.__setattr__(self, "_converter", Converter(config=name, rare=rare))
        object.__setattr__(self, "config", config)

    def convert(self, text):
        """Converts a text."""
        return self._converter.convert(text)

    def __setattr__(self, name, value):
        raise AttributeError("an OpenCC object is not changed once made; make another one")

    def __reduce__(self):
        return _again, (self.config, self._converter)

    def __repr__(self):
        return f"zhnorm.opencc.OpenCC({self.config!r})"


def _again(config, converter):
    made = object.__new__(OpenCC)
    object.__setattr__(made, "_converter", converter)
    object.__setattr__(made, "config", config)
    return made
