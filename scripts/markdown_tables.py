"""Reads and writes the tables of Markdown documents."""

import re
from collections.abc import Iterable, Iterator

__all__ = ["quoted", "table_rows", "with_table"]


def table_rows(text: str, heading: str) -> Iterator[list[str]]:
    """Yield the cells of each row of the table under a heading of level two, without its own heading."""
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    (table,) = [part for part in section if part.startswith(f"{heading}\n")]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.replace(r"\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]


def quoted(cell: str) -> list[str]:
    """Return what stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def with_table(text: str, name: str, rows: Iterable[str]) -> str:
    """Return the text with these rows between the comments `<!-- NAME: … -->` and `<!-- end of NAME -->`."""
    begin, end = rf"(<!-- {name}: [^\n]* -->\n)", rf"(<!-- end of {name} -->\n)"
    table = "\n".join(rows)
    return re.sub(
        f"{begin}.*?{end}", lambda found: f"{found[1]}\n{table}\n\n{found[2]}", text, flags=re.DOTALL
    )
