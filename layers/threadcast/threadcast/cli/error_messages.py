"""What a table's refusal means for the operator: what is missing or wrong, and what to give."""

from argparse import Namespace

from threadcast.errors import StoreError, StoreUnavailable

__all__ = ["told"]

_LOG_IN = (
    "Log in, or set AWS_PROFILE; a stack on this machine needs none, with --endpoint http://127.0.0.1:PORT."
)
_NO_CREDENTIALS = "No AWS credentials were found, so the table {table} was not asked. " + _LOG_IN
_WRONG_CREDENTIALS = "{place} does not accept these credentials ({code}). " + _LOG_IN
_NOT_THERE = "Nothing answers at {place}, so the table {table} was not asked ({code})."

_NO_DYNAMODB = (
    "What answers at {place} is not DynamoDB (HTTP status {code}). "
    "On this machine it has a port of its own, which `make demo` prints."
)

_SENTENCES = {
    "AccessDeniedException": "These credentials may not do this with the table {table} ({code}).",
    "ConnectTimeoutError": _NOT_THERE,
    "ConnectionClosedError": _NOT_THERE,
    "CredentialRetrievalError": _NO_CREDENTIALS,
    "EndpointConnectionError": _NOT_THERE,
    "ExpiredTokenException": _WRONG_CREDENTIALS,
    "InvalidSignatureException": _WRONG_CREDENTIALS,
    "NoCredentialsError": _NO_CREDENTIALS,
    "PartialCredentialsError": _NO_CREDENTIALS,
    "ResourceNotFoundException": (
        "There is no table {table} at {place}. Are --table, --region and --endpoint right?"
    ),
    "SSLError": "{place} does not answer as an https address does ({code}).",
    "UnrecognizedClientException": _WRONG_CREDENTIALS,
    "ValidationException": "The table {table} at {place} is not one of Threadcast's ({code}).",
}


def told(error: StoreError, asked: Namespace) -> str:
    """The one line that a command ends with."""
    otherwise = "The table {table} refused: {code}."
    if isinstance(error, StoreUnavailable):
        otherwise = "The table {table} cannot be reached now ({code}); try again."
    if str(error).isdigit():  # an HTTP status without any of DynamoDB's codes
        otherwise = _NO_DYNAMODB
    sentence = _SENTENCES.get(str(error), otherwise)
    return sentence.format(table=asked.table, place=_place(asked), code=error)


def _place(asked: Namespace) -> str:
    """Where the table was looked for; a region that the AWS configuration chose is not known here."""
    region = f" in {asked.region}" if asked.region else ""
    return f"{asked.endpoint or 'DynamoDB'}{region}"
