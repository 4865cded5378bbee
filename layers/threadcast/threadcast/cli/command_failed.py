"""`CommandFailed`: a command that did nothing, and why."""

__all__ = ["CommandFailed"]


class CommandFailed(Exception):
    """The reason that a command did nothing, in lines for the operator."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)
