"""Queries that keep SQLite busy for minutes; within one row it calls no progress handler."""

# ruff: noqa: S608 - queries made of names

__all__ = ["LONG_QUERIES"]

IOWA = "iowa_electricity_generation_by_source"


def _grown(letter: str, *factors: int) -> str:
    """Return an expression for a text of one letter, whose length is the product of the factors."""
    text = f"'{letter}'"
    for factor in factors:
        text = f"replace({text}, '{letter}', '{letter * factor}')"
    return text


_TEXTS = f"SELECT {_grown('a', 10, 10, 10, 18)} AS a, {_grown('b', 10, 10, 16)} || 'a' AS b"
_TRIMS = ", ".join(["trim(a, b) = trim(a, b)"] * 190)

LONG_QUERIES = {
    "within one row": f"WITH t AS MATERIALIZED ({_TEXTS}) SELECT {_TRIMS} FROM t",
    "recursion": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "a cross join": f"SELECT count(*) FROM {', '.join(f'{IOWA} t{number}' for number in range(9))}",
    "a sort": f"SELECT a.year FROM {', '.join(f'{IOWA} {name}' for name in 'abcdef')} ORDER BY b.source",
}
