"""Authorizer of `$connect`: verifies the token and returns the user."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from threadcast.bootstrap import application
from threadcast.entrypoints.authorizer_event import (
    AuthorizerAnswer,
    HandshakeRefused,
    allow,
    find_token,
    method_arn_of,
)
from threadcast.entrypoints.instrumented import Event, instrumented, logger, metrics
from threadcast.errors import TokenRejected


@instrumented
def handler(event: Event, _context: LambdaContext) -> AuthorizerAnswer:
    """Return the policy for the token's user; raises `HandshakeRefused` if it is missing or invalid."""
    method_arn = method_arn_of(event)
    try:
        user = application().verifier.verify(find_token(event))
    except TokenRejected as rejection:
        logger.warning("token_rejected", extra={"reason": str(rejection)})
        metrics.add_metric(name="TokensRejected", unit=MetricUnit.Count, value=1)
        raise HandshakeRefused from None
    metrics.add_metric(name="TokensAccepted", unit=MetricUnit.Count, value=1)
    return allow(user, method_arn)
