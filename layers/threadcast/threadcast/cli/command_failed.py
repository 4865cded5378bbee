"""How a command ends that did not do what it was asked for."""

__all__ = ["Refusal"]


class Refusal(Exception):
    """Why not, in lines for the operator, who reads nothing else about it."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)
