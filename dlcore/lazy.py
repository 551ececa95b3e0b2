"""`torch`, imported when it is first used.

Plug-ins are read by the web server too, for their words and parameters, and it need not pay
1.1 s and 200 MB for formulas that only workers evaluate. `from dlcore.lazy import torch` reads
and behaves like the module; each name is looked up once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
else:

    class _LazyModule:
        def __init__(self, name: str):
            self.__dict__["_name"] = name

        def __getattr__(self, attribute: str) -> Any:
            value = getattr(importlib.import_module(self._name), attribute)
            self.__dict__[attribute] = value
            return value

    torch = _LazyModule("torch")

__all__ = ["torch"]
