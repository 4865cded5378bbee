import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadcast.adapters.jwt.claims import user_from_claims
from threadcast.domain.user import User
from threadcast.entrypoints.authorizer_event import allow, user_from_context
from threadcast.errors import TokenRejected

ISSUER = "https://id.example.com"
CLAIMS = ("name", "preferred_username", "email", "organization_id", "org_id", "picture")
UUID = "7f0c1d1e-0b6e-4a57-8d1c-6c6f2f0f7a03"


def test_all_claims_of_a_user_are_read() -> None:
    claims = {
        "iss": ISSUER,
        "sub": UUID,
        "name": "Alice Archer",
        "email": "alice@example.com",
        "organization_id": "acme",
        "picture": "https://example.com/alice.png",
    }

    assert user_from_claims(claims) == User(
        UUID, "Alice Archer", "alice@example.com", "acme", "https://example.com/alice.png"
    )


def test_a_subject_alone_is_enough() -> None:
    assert user_from_claims({"iss": ISSUER, "sub": UUID}) == User(UUID, UUID)


@pytest.mark.parametrize("subject", ["auth0|123", f"{{{UUID}}}", UUID.replace("-", ""), f"urn:uuid:{UUID}"])
def test_a_subject_that_is_no_uuid_becomes_a_uuid_derived_from_its_issuer(subject: str) -> None:
    user = user_from_claims({"iss": ISSUER, "sub": subject})
    elsewhere = user_from_claims({"iss": "https://other.example.com", "sub": subject})

    assert user.id == str(uuid5(NAMESPACE_URL, f"{ISSUER}#{subject}"))
    assert elsewhere.id != user.id


def test_a_uuid_in_capitals_is_the_same_user() -> None:
    assert user_from_claims({"iss": ISSUER, "sub": UUID.upper()}).id == UUID


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "A", "preferred_username": "b", "email": "c"}, "A"),
        ({"name": " ", "preferred_username": "b", "email": "c"}, "b"),
        ({"name": 7, "email": "c"}, "c"),
        ({}, "s"),
    ],
)
def test_the_first_valid_name_claim_counts(claims: dict[str, Any], name: str) -> None:
    assert user_from_claims({"iss": ISSUER, "sub": "s", **claims}).name == name


@pytest.mark.parametrize("claim", ["organization_id", "org_id", "custom:organization_id"])
def test_the_organization_may_stand_in_any_of_its_claims(claim: str) -> None:
    assert user_from_claims({"iss": ISSUER, "sub": "s", claim: "acme"}).organization_id == "acme"


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": ""},
        {"sub": 7},
        {"sub": "s" * 300},
        {"sub": "s\ud83d"},
        {"sub": "s\x00"},
        {"sub": "s", "org_id": "o" * 300},
        {"sub": "s", "org_id": "😀" * 65},
        {"sub": "s", "org_id": "o\udc00"},
    ],
)
def test_an_invalid_subject_or_organization_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenRejected):
        user_from_claims({"iss": ISSUER, **claims})


def test_other_texts_are_kept_without_what_cannot_be_stored() -> None:
    claims = {"sub": "s", "name": "\x00", "email": "zo\ud83d@example.com", "picture": "\x1bhttps://a"}

    user = user_from_claims({"iss": ISSUER, **claims})

    assert (user.name, user.email, user.avatar) == (
        "zo\ufffd@example.com",
        "zo\ufffd@example.com",
        "https://a",
    )


texts = st.text(st.characters(codec=None) | st.sampled_from('\x00\ud83d\udc00\n"'))


@given(sub=texts, claims=st.dictionaries(st.sampled_from(CLAIMS), texts | st.integers() | st.none()))
def test_any_claims_give_a_user_that_can_be_stored_or_a_rejection(sub: str, claims: dict[str, Any]) -> None:
    try:
        user = user_from_claims({"iss": ISSUER, "sub": sub, **claims})
    except TokenRejected:
        return
    answer = allow(user, "arn:aws:execute-api:eu-central-1:1:a/prod/$connect")
    assert user_from_context(answer["context"]).id == user.id
    assert len(json.dumps(answer)) < 8192
    json.dumps(answer, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("claim", "is_verified"),
    [(True, True), ("true", True), (False, False), ("false", False), ("yes", False), (None, False)],
)
def test_an_address_is_verified_only_if_the_provider_says_so(claim: object, *, is_verified: bool) -> None:
    user = user_from_claims({"sub": "s", "email": "alice@example.com", "email_verified": claim})

    assert user.has_verified_email is is_verified
