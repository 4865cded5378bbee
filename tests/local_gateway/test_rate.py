"""The token bucket."""

from local_gateway.apigateway.rate import TokenBucket


def test_a_burst_is_allowed_at_once_then_the_steady_rate() -> None:
    bucket = TokenBucket(per_s=2, burst=3)

    taken = [bucket.take(now_s) for now_s in (0, 0, 0, 0, 0.5, 0.5, 1.0)]

    assert taken == [True, True, True, False, True, False, True]


def test_a_rested_bucket_holds_no_more_than_its_burst() -> None:
    bucket = TokenBucket(per_s=10, burst=2)
    bucket.take(0)

    assert [bucket.take(100) for _ in range(3)] == [True, True, False]
