"""The token bucket."""

from local_gateway.apigateway.token_bucket import TokenBucket


def test_a_burst_is_allowed_at_once_then_the_steady_rate() -> None:
    bucket = TokenBucket(per_s=2, burst=3)

    taken = [bucket.take(now_s) for now_s in (0, 0, 0, 0, 0.5, 0.5, 1.0)]

    assert taken == [True, True, True, False, True, False, True]


def test_an_idle_bucket_holds_at_most_its_burst() -> None:
    bucket = TokenBucket(per_s=10, burst=2)
    bucket.take(0)

    assert [bucket.take(100) for _ in range(3)] == [True, True, False]
