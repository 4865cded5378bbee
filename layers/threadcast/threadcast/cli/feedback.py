"""The command for feedback on answers."""

import csv
import io
from collections.abc import Mapping
from typing import Final

from threadcast.assets.columns.number_format import counted
from threadcast.cli.output import Output
from threadcast.cli.table.stores import Stores
from threadcast.domain.feedback import Feedback

__all__ = ["list_feedback"]

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet evaluates a cell that begins with one of these: https://owasp.org/www-community/attacks/CSV_Injection."""

_Row = Mapping[str, str | None]


def list_feedback(stores: Stores, asset_id: str, *, with_texts: bool, as_csv: bool, out: Output) -> None:
    """Print the feedback on answers in the chats about an asset, the newest first.

    Comments are printed in any case, questions only if they are asked for.
    """
    rows = [_row(stores, each, with_texts=with_texts) for each in stores.chat_library.feedback(asset_id)]
    if as_csv:
        out.write(_csv(rows, with_texts=with_texts))
        return
    lines = [
        f"{row['given_at']}  {row['feedback']}  {row['chat_id']}  {row['comment'] or ''}".rstrip()
        for row in rows
    ]
    out.result(rows, [*lines, f"{counted(len(rows), 'rating')}."])


def _row(stores: Stores, feedback: Feedback, *, with_texts: bool) -> _Row:
    row = {
        "given_at": feedback.given_at.isoformat(timespec="seconds"),
        "feedback": feedback.rating,
        "user_id": feedback.user_id,
        "chat_id": feedback.chat_id,
        "message_id": feedback.message_id,
        "comment": feedback.comment,
    }
    if not with_texts:
        return row
    message = stores.chats.message_at(feedback.chat_id, feedback.number)
    return {**row, "question": None if message is None else message.prompt}


def _csv(rows: list[_Row], *, with_texts: bool) -> str:
    names = ["given_at", "feedback", "user_id", "chat_id", "message_id", "comment"]
    written = io.StringIO()
    writer = csv.DictWriter(written, [*names, "question"] if with_texts else names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return written.getvalue()


def _cell(value: str | None) -> str | None:
    return f"'{value}" if value is not None and value.startswith(_FORMULA_SIGNS) else value
