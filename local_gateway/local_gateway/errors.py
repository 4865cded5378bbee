"""The errors that the gateway raises.

GatewayError
├── TemplateError        the template cannot run on this machine
│   └── UnresolvedValue  an intrinsic function that needs AWS
│       └── UnknownName  a reference to a name that the template does not define
├── ParameterError       a violation of the template's parameters or rules
└── StartError           a child process or a listener does not start
"""


class GatewayError(Exception):
    """Base class of the gateway's errors. Their text is for the gateway's user."""


class TemplateError(GatewayError):
    """The template cannot run on this machine; `where` names the resource or section."""

    def __init__(self, where: str, problem: str) -> None:
        self.where = where
        self.problem = problem
        super().__init__(where, problem)

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


class UnresolvedValue(TemplateError):
    """An intrinsic function has no value on this machine."""


class UnknownName(UnresolvedValue):
    """A reference to a name that the template does not define: AWS rejects the template."""


class ParameterError(GatewayError):
    """The values violate the template's parameters or rules; `problems` has a sentence for each violation."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)


class StartError(GatewayError):
    """A child process or a listener of the gateway does not start."""

    def __init__(self, what: str, detail: str) -> None:
        self.what = what
        self.detail = detail
        super().__init__(what, detail)

    def __str__(self) -> str:
        return f"{self.what} did not start: {self.detail}"
