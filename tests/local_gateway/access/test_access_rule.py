"""The rule alone: host names, origins, request targets."""

import pytest

from local_gateway.access.access_rule import AccessRule, Refusal

PAGE = "http://localhost:5173"
LOOPBACK = "127.0.0.1:3001"


def refusal_of(
    *headers: tuple[str, str], target: str = "/prod", rule: AccessRule | None = None
) -> Refusal | None:
    return (rule or AccessRule()).refusal(target, headers)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:3001", "127.0.0.1", "127.8.9.10:3001", "localhost:3001", "LocalHost", "[::1]:3001", "[::1]"],
)
def test_the_names_of_loopback_are_allowed_with_any_port_or_none(host: str) -> None:
    assert refusal_of(("Host", host)) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:3001",
        "evil.example",
        "localhost.evil.example:3001",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example@127.0.0.1",
        "evil.example:3001:127.0.0.1",
        "0.0.0.0:3001",
        "[::]:3001",
        "192.168.0.7:3001",
        "[fe80::1]:3001",
        "[::1",
        ":3001",
        "",
    ],
)
def test_every_other_host_name_is_refused(host: str) -> None:
    assert refusal_of(("Host", host)) is Refusal.FOREIGN_HOST


def test_a_name_of_the_server_is_allowed_in_any_case() -> None:
    rule = AccessRule(host_names=frozenset({"host.docker.internal"}))

    assert refusal_of(("Host", "Host.Docker.Internal:3801"), rule=rule) is None


@pytest.mark.parametrize("headers", [[], [("Host", LOOPBACK), ("host", LOOPBACK)]])
def test_a_request_without_a_host_or_with_two_is_refused(headers: list[tuple[str, str]]) -> None:
    assert refusal_of(*headers) is Refusal.FOREIGN_HOST


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        ("http://127.0.0.1:3001/prod", None),
        ("http://[::1]:3001/prod?x=http://evil.example", None),
        ("/prod?next=http://evil.example/", None),
        ("*", None),
        ("http://evil.example/prod", Refusal.FOREIGN_HOST),
        ("HTTP://evil.example", Refusal.FOREIGN_HOST),
        ("http://127.0.0.1@evil.example/", Refusal.FOREIGN_HOST),
        ("http:///prod", Refusal.FOREIGN_HOST),
    ],
)
def test_an_absolute_target_must_name_the_server_too(target: str, refusal: Refusal | None) -> None:
    assert refusal_of(("Host", LOOPBACK), target=target) is refusal


@pytest.mark.parametrize("origin", [PAGE, "null", "http://127.0.0.1:3001", "https://evil.example", ""])
def test_every_origin_is_refused_unless_it_is_allowed(origin: str) -> None:
    assert refusal_of(("Host", LOOPBACK), ("Origin", origin)) is Refusal.FOREIGN_PAGE


@pytest.mark.parametrize("origin", [PAGE, "null", "file://", "chrome-extension://mfhbebgfgejpfbibmkaknmge"])
def test_an_allowed_origin_allows_that_one_only(origin: str) -> None:
    rule = AccessRule(origins=frozenset({origin}))

    assert refusal_of(("Host", LOOPBACK), ("origin", origin), rule=rule) is None
    for other in ("http://localhost:5174", "https://localhost:5173", "http://localhost", f"{origin}x"):
        assert refusal_of(("Host", LOOPBACK), ("Origin", other), rule=rule) is Refusal.FOREIGN_PAGE


def test_two_origins_must_both_be_allowed() -> None:
    rule = AccessRule(origins=frozenset({PAGE}))

    both = refusal_of(("Host", LOOPBACK), ("Origin", PAGE), ("Origin", "https://evil.example"), rule=rule)

    assert both is Refusal.FOREIGN_PAGE


@pytest.mark.parametrize(
    "headers", [[("Origin", "https://evil.example")], [("Sec-Fetch-Site", "cross-site")]]
)
def test_an_asterisk_allows_every_page_but_no_host_name(headers: list[tuple[str, str]]) -> None:
    rule = AccessRule(origins=frozenset({"*"}))

    assert refusal_of(("Host", LOOPBACK), *headers, rule=rule) is None
    assert refusal_of(("Host", "evil.example"), *headers, rule=rule) is Refusal.FOREIGN_HOST


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
def test_a_browsers_request_without_an_origin_is_refused(site: str) -> None:
    rule = AccessRule(origins=frozenset({PAGE}))

    assert refusal_of(("Host", LOOPBACK), ("Sec-Fetch-Site", site), rule=rule) is Refusal.FOREIGN_PAGE


def test_the_fetch_of_node_is_no_browser() -> None:
    headers = [
        ("host", LOOPBACK),
        ("sec-fetch-mode", "cors"),
        ("accept-language", "*"),
        ("user-agent", "node"),
    ]

    assert refusal_of(*headers) is None


@pytest.mark.parametrize(
    "origin", ["http://localhost:5173/", "localhost:5173", "http://a b", "", "http://*/x"]
)
def test_an_origin_of_another_form_is_an_error(origin: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        AccessRule(origins=frozenset({origin}))
