"""Print every documented command, and what runs it: `python -m tests.documents`."""

import sys

from tests.documents.commands import documented_commands
from tests.documents.test_commands import entry_of, table

if __name__ == "__main__":
    for command in documented_commands():
        entry = entry_of(command)
        row = table()[entry] if entry else {}
        sys.stdout.write(f"{command}\n    {row.get('file') or 'not run: ' + row.get('reason', '?')}\n")
