"""The ends of numbers, and what is the most where a spec names no maximum."""

from __future__ import annotations

MAX_WHOLE = 2**53 - 1  # a number of Luau tells whole numbers apart up to here, and from minus this
F32_MAX = 3.4028234663852886e38
F64_MAX = 1.7976931348623157e308
DEFAULT_ELEMENTS = 1024  # characters of a string, elements of an array or map on the network
DEFAULT_BYTES = 8192  # bytes of a buffer there
