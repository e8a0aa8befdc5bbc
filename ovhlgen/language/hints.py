"""What was probably meant by a literal in another form."""

from __future__ import annotations

import re

_BOOLEANS = {
    **dict.fromkeys(("yes", "on", "y", "ya", "iya", "1", "aktif"), "true"),
    **dict.fromkeys(("no", "off", "n", "tidak", "0", "nonaktif", "mati"), "false"),
}


def boolean(text: str) -> str | None:
    """`true` or `false` for another word, of either language, or a misspelt one."""
    word = text.lower()
    near = next((name for name in ("true", "false") if sorted(name) == sorted(word) or name in word), None)
    return _BOOLEANS.get(word, near)


def grouped(text: str) -> str | None:
    """The number whose digits stand in groups of three, as people write it: `3.000` or `10,000`."""
    groups = re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+|-?\d{1,3}(?:,\d{3})+|-?\d{1,3}(?:[_' ]\d{3})+", text)
    return re.sub(r"[.,_' ]", "", text) if groups else None


def colour(text: str) -> str | None:
    """`"#00AAFF"` for the same without `#`, with three digits, as three numbers, or as Luau writes it."""
    numbers = re.fullmatch(r"(?:rgba?|Color3\.fromRGB)? *[\[(]?(\d{1,3}), *(\d{1,3}), *(\d{1,3})[\])]?", text)
    shares = re.fullmatch(r"Color3\.new *\(([01](?:\.\d+)?), *([01](?:\.\d+)?), *([01](?:\.\d+)?)\)", text)
    if numbers or shares:
        parts = [int(number) for number in numbers.groups()] if numbers else []
        parts += [round(float(share) * 255) for share in shares.groups()] if shares else []
        return '"#' + "".join(f"{part:02X}" for part in parts) + '"' if max(parts) <= 255 else None
    digits = text.removeprefix("#").removeprefix("0x")
    if re.fullmatch(r"[0-9A-Fa-f]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    return f'"#{digits}"' if re.fullmatch(r"[0-9A-Fa-f]{6}", digits) else None
