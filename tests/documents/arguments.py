"""Checks the arguments of a documented command with what the command itself parses them with."""

import contextlib
import importlib.util
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import botocore.session
from botocore import xform_name

import demo.__main__
import demo.chat
import demo.invoke.__main__
import demo.start
import demo.token
import tests.fault_injection.__main__
import tests.fuzz.__main__
import threadcast_client.__main__
from demo.invoke.sample_event import read_sample_event
from local_gateway import cli as gateway_command
from local_gateway.conformance import command as conformance_command
from local_gateway.template.sam_translation import read_template
from scripts.deployment import deployment_environments, problems
from tests.documents.commands import ROOT, Command
from threadcast.cli.arguments import parse_arguments

__all__ = ["faults_of"]

_UUID = "5f1d0000-0000-4000-8000-00000000000c"
_PLACEHOLDERS: Mapping[str, str] = {
    "ASSET_ID": _UUID,
    "USER_ID": _UUID,
    "AREA": "turns",
    "PORT": "8000",
    "NAME=VALUE": "StageName=live",
}
"""What a reader replaces, by an example of it; `…` and `<…>` are replaced by a word."""

_MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
_TEMPLATE = read_template(ROOT / "template.yaml")
_AWS_OPTIONS = {"query", "cli-binary-format", "region", "output", "profile"}
_SCRIPTS_OF_PAGES = {"ask.py": "README.md", "mint.py": "docs/tokens.md"}

_S3 = {"cp": {"--cache-control"}, "sync": {"--exclude", "--cache-control"}}

_RENAMED = {"notification-endpoint": "endpoint"}
"""What the AWS CLI calls otherwise than the service's model."""

_SAM = {
    ("build",): set[str](),
    ("deploy",): {"--config-env", "--guided"},
    ("delete",): {"--stack-name"},
    ("local",): set[str](),
    ("local", "invoke"): {"-e"},
    ("local", "start-lambda"): set[str](),
}


def faults_of(command: Command) -> list[str]:
    """Return what the command's own parser has against the arguments."""
    words = [_filled(word) for word in command.words]
    return list(_CHECKS[command.program](words))


def _filled(word: str) -> str:
    for name, value in _PLACEHOLDERS.items():
        word = re.sub(rf"\b{name}\b", value, word)
    return re.sub(r"<[^<>]*>", "x", word.replace("arn:…", "arn:aws:secretsmanager:…"))


def _parsed(parse: Callable[[Sequence[str]], object], words: Sequence[str]) -> Iterator[str]:
    error = io.StringIO()
    try:
        with contextlib.redirect_stderr(error):
            parse(words)
    except SystemExit as ended:
        if ended.code:
            yield error.getvalue().strip().splitlines()[-1]


def _make(words: Sequence[str]) -> Iterator[str]:
    variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    targets = [word for word in words if "=" not in word and word != "-s"]
    yield from (
        f"no target {each}" for each in targets if not re.search(rf"^{each}:", _MAKEFILE, re.MULTILINE)
    )
    yield from (f"the Makefile reads no {name}" for name in variables if f"$({name})" not in _MAKEFILE)
    for target in targets:
        yield from _made(target, variables, variables.get("ARGS", "").split())


def _made(target: str, variables: Mapping[str, str], arguments: Sequence[str]) -> Iterator[str]:
    if target in _PARSERS_OF_TARGETS and not (set(arguments) & {"…"}):
        yield from _parsed(_PARSERS_OF_TARGETS[target].parse_args, arguments)
    elif target == "simulate":
        yield from (f"{each} is no number" for each in arguments if not each.isdigit())
    elif target == "deploy" and arguments and arguments != ["…"]:
        if variables.get("ENV", "default") not in deployment_environments():
            yield f"samconfig.toml has no environment {variables['ENV']}"
        given = {"Agent": variables["AGENT"]} if "AGENT" in variables else {}
        named = dict(each.partition("=")[::2] for each in arguments if each != "…")
        if named != {"StageName": "live"}:
            yield from problems({"Release": "1", **given, **named}, "eu-central-1")
    if (event := variables.get("EVENT", "…")) != "…":
        read_sample_event(event)


def _sam(words: Sequence[str]) -> Iterator[str]:
    at = next((i for i, word in enumerate(words) if not word.isalpha() and "-" not in word), len(words))
    verbs = tuple(word for word in words[:at] if word.islower() and not word.startswith("-"))
    known = max((each for each in _SAM if verbs[: len(each)] == each), key=len, default=None)
    if known is None:
        yield f"sam {' '.join(words)} is not known to this check"
        return
    rest = [word for word in words[len(known) :] if word != "…"]
    options = dict(itertools.pairwise(rest))
    yield from (
        f"sam {' '.join(known)} {word}" for word in rest if word[0] == "-" and word not in _SAM[known]
    )
    functions = [word for word in rest if word.endswith("Function")]
    yield from (f"no function {name}" for name in functions if name not in _TEMPLATE["Resources"])
    if "-e" in options and not (ROOT / options["-e"]).is_file():
        yield f"no event {options['-e']}"
    if options.get("--config-env", "default") not in deployment_environments():
        yield f"samconfig.toml has no environment {options['--config-env']}"


def _aws(words: Sequence[str]) -> Iterator[str]:
    """Check a command of the AWS CLI by the service's model, from which the CLI's own commands are made."""
    service, verb, *arguments = words
    if service == "s3":  # commands that the CLI makes of several operations
        options = {word for word in arguments if word.startswith("--")}
        yield from (f"s3 {verb} {option}" for option in options - _S3.get(verb, set()))
        return
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if verb not in operations:
        yield f"{service} has no operation {verb}"
        return
    shape = model.operation_model(operations[verb]).input_shape
    members = {xform_name(name, "-"): name for name in shape.members}
    given = {word.removeprefix("--") for word in arguments if word.startswith("--")}
    given_members = {_RENAMED.get(name, name) for name in given - _AWS_OPTIONS}
    yield from (f"{verb} has no --{name}" for name in given_members - members.keys())
    if given:  # one within a sentence may be cut short
        required = {xform_name(name, "-") for name in shape.required_members}
        yield from (f"{verb} needs --{name}" for name in required - given_members)
    files = [ROOT / word.removeprefix("file://") for word in arguments if word.startswith("file://docs")]
    yield from (f"no file {file}" for file in files if not file.is_file())


def _python(words: Sequence[str]) -> Iterator[str]:
    match words:
        case ["-m", module, *_]:
            if importlib.util.find_spec(module) is None:
                yield f"no module {module}"
        case [script] if script in _SCRIPTS_OF_PAGES:
            if script not in (ROOT / _SCRIPTS_OF_PAGES[script]).read_text(encoding="utf-8"):
                yield f"the page has no {script}"
        case [script, *_] if not (ROOT / script).is_file():
            yield f"no file {script}"


def _threadcast(words: Sequence[str]) -> Iterator[str]:
    command = {"COMMAND": "list" if words[0] == "assets" else "open"}
    return _parsed(lambda given: parse_arguments(given, {}), [command.get(word, word) for word in words])


def _local_gateway(words: Sequence[str]) -> Iterator[str]:
    if words[:1] == ["conform"]:
        return _parsed(conformance_command.parser().parse_args, words[1:])
    return _parsed(gateway_command.parser().parse_args, words)


def _nothing(_: Sequence[str]) -> Iterator[str]:
    """Accept the arguments of a program that is not ours; `run_by.yaml` says why it is not run."""
    return iter(())


_PARSERS_OF_TARGETS: Mapping[str, Any] = {
    "demo": demo.__main__._parser(),
    "chat": demo.chat._parser(),
    "start": demo.start._parser(),
    "token": demo.token._parser(),
    "invoke": demo.invoke.__main__._parser(),
    "fuzz": tests.fuzz.__main__.parser(),
    "fault-injection": tests.fault_injection.__main__.parser(),
}

_CHECKS: Mapping[str, Callable[[Sequence[str]], Iterator[str]]] = {
    "make": _make,
    "sam": _sam,
    "aws": _aws,
    "python": _python,
    "threadcast": _threadcast,
    "threadcast-chat": lambda words: _parsed(threadcast_client.__main__._parser().parse_args, words),
    "local-gateway": _local_gateway,
    "pip": _nothing,
    "npx": _nothing,
    "npm": _nothing,
    "git": _nothing,
    "export": _nothing,
}
