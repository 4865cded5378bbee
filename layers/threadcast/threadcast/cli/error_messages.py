"""Messages about errors of the table: what is missing or wrong, and which options to set."""

from argparse import Namespace

from threadcast.errors import StoreError, StoreUnavailable

__all__ = ["error_message"]

_LOG_IN = "Log in, or set AWS_PROFILE; a stack on this machine needs none."
_NO_CREDENTIALS = "No AWS credentials were found, so no request was sent to the table {table}. " + _LOG_IN
_WRONG_CREDENTIALS = "{place} does not accept these credentials ({code}). " + _LOG_IN
_NOT_THERE = "Nothing answers at {place}, so the table {table} was not reached ({code})."

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


def error_message(error: StoreError, options: Namespace) -> str:
    """Return the line that reports an error of the table."""
    otherwise = "The table {table} refused: {code}."
    if isinstance(error, StoreUnavailable):
        otherwise = "The table {table} cannot be reached now ({code}); try again."
    if str(error).isdigit():  # an HTTP status without any of DynamoDB's codes
        otherwise = _NO_DYNAMODB
    sentence = _SENTENCES.get(str(error), otherwise)
    return sentence.format(table=options.table, place=_place(options), code=error)


def _place(options: Namespace) -> str:
    """Return where the table was expected; a region from the AWS configuration is not known here."""
    region = f" in {options.region}" if options.region else ""
    return f"{options.endpoint or 'DynamoDB'}{region}"
