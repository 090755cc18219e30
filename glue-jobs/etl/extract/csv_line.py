"""The SQL of one line of CSV: whether it is one record, and its fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.sql import text

#: Beyond it a quoted line is left to Python: Java's expressions recurse.
_QUOTED_BYTES = 1 << 14
#: Spark's own limit, beyond which a line is an error and no record.
_MOST_COLUMNS = 20480
#: Set where a line has more fields than its header, or fewer.
OTHER_WIDTH = "_other_width"


@dataclass(frozen=True)
class CsvLine:
    """How lines of a source are taken apart."""

    separator: str
    quote: str

    def _field_pattern(self) -> str:
        """A field after its separator, as an expression of Java's."""
        s, q = re.escape(self.separator), re.escape(self.quote)
        return f"{s}({q}[^{q}]*+(?:{q}{q}[^{q}]*+)*+{q}|[^{q}{s}]*+)"

    def _record_pattern(self) -> str:
        """A line of whole fields: each quote is doubled within quotes, or stands at an
        end of its field.

        Java is quickest at plain loops, so fields without quotes are passed over with
        the separators between them. No loop may give back what it took, else a line
        that is no record would be tried in many ways.
        """
        s, q, odd = re.escape(self.separator), re.escape(self.quote), r"\r\x00"
        plain = f"(?>[^{q}{odd}]*)"
        quoted = f"(?<![^{s}]){q}{plain}(?:{q}{q}{plain})*+{q}(?![^{s}])"
        return rf"\A{plain}(?:{quoted}{plain})*+\z"

    def _is_quoted(self, line: str) -> str:
        return f"contains({line}, {text(self.quote)})"

    def is_odd(self, line: str) -> str:
        """Whether a line may be other than one record that splitting takes apart.

        Spark's parser loses a NUL within quotes, and fails at too many fields.
        """
        return (
            f"CASE WHEN octet_length({line}) >= {_MOST_COLUMNS} THEN true "
            f"WHEN {self._is_quoted(line)} THEN octet_length({line}) > {_QUOTED_BYTES} "
            f"OR NOT {line} RLIKE {text(self._record_pattern())} "
            f"ELSE contains({line}, '\r') END"
        )

    def fields(self, line: str, width: int) -> str:
        """A line's fields `c0`, `c1`, … by Spark's parser, which only gets lines that
        leave it no choice; and `OTHER_WIDTH` where there are more or fewer."""
        names = [*(f"c{i}" for i in range(width)), OTHER_WIDTH]
        # A single backslash would begin an escape sequence.
        separator = "\\\\" if self.separator == "\\" else self.separator
        options = {
            "sep": separator,
            "quote": self.quote,
            "escape": self.quote,
            "mode": "PERMISSIVE",
            "columnNameOfCorruptRecord": OTHER_WIDTH,
            "maxColumns": f"{max(width + 2, _MOST_COLUMNS)}",
        }
        schema = text(", ".join(f"{name} STRING" for name in names))
        given = ", ".join(text(part) for pair in options.items() for part in pair)
        return f"from_csv({line}, {schema}, map({given}))"

    def parts(self, line: str) -> str:
        """A line's fields, however many, those in quotes with their quotes.

        Few lines have them. `transform` changes nothing: Spark has no code for it, so
        that trimming, which stands beside it, is not made one method with decoding,
        beyond the length that Java compiles well.
        """
        field = text(self._field_pattern())
        after = f"concat({text(self.separator)}, {line})"
        quoted = f"regexp_extract_all({after}, {field}, 1)"
        plain = f"split({line}, {text(re.escape(self.separator))}, -1)"
        return (
            f"transform(if({self._is_quoted(line)}, {quoted}, {plain}), part -> part)"
        )
