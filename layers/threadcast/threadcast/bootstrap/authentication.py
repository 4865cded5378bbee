"""The verifier of tokens that the settings choose."""

from typing import TYPE_CHECKING

from threadcast.adapters.aws_secrets import read_parameter, read_secret
from threadcast.adapters.jwt.json_fetch import fetch_json
from threadcast.adapters.jwt.keys import KeySource, PublishedKeys, SharedSecret
from threadcast.adapters.jwt.verifier import JwtVerifier

if TYPE_CHECKING:
    from threadcast.bootstrap import Application

__all__ = ["token_verifier"]


def token_verifier(app: "Application") -> JwtVerifier:
    """Return the verifier; raises `ConfigurationError`."""
    settings = app.settings
    return JwtVerifier(
        _keys(app), issuer=settings.needed("token_issuer"), audience=settings.needed("token_audience")
    )


def _keys(app: "Application") -> KeySource:
    if app.settings.token_mode == "JWKS":  # noqa: S105 - a mode's name
        url = app.settings.needed("jwks_url")
        return PublishedKeys(lambda: fetch_json(url), app.clock)
    return SharedSecret(lambda: _token_secret(app), app.clock)


def _token_secret(app: "Application") -> str:
    settings = app.settings
    if settings.token_secret is not None:  # a local run: the template has no such parameter
        return settings.token_secret
    if settings.token_secret_arn is not None:
        return read_secret(app.session, settings.token_secret_arn)
    return read_parameter(app.session, settings.needed("token_secret_parameter"))
