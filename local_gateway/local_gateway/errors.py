"""What the gateway raises to the person who runs it.

GatewayError
├── TemplateError        the template can't be run as it stands
├── UnresolvedValue      an intrinsic function that needs AWS, or a name that isn't there
├── ParameterError       the template's parameters or rules don't allow what was given
└── StartError           a process or a port of ours did not come up
"""


class GatewayError(Exception):
    """Base of every error that the gateway shows to the person who runs it."""


class TemplateError(GatewayError):
    """The template can't be run as it stands; `where` names the resource or section."""

    def __init__(self, where: str, problem: str) -> None:
        self.where = where
        self.problem = problem
        super().__init__(where, problem)

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


class UnresolvedValue(TemplateError):
    """An intrinsic function has no value on this machine."""


class ParameterError(GatewayError):
    """What was given doesn't meet the template's parameters and rules; `problems` has a sentence for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)


class StartError(GatewayError):
    """A child process or a listener of the gateway did not come up."""

    def __init__(self, what: str, detail: str) -> None:
        self.what = what
        self.detail = detail
        super().__init__(what, detail)

    def __str__(self) -> str:
        return f"{self.what} did not start: {self.detail}"
