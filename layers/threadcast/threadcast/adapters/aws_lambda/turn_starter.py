"""`LambdaTurnStarter`: invokes the function that runs turns."""

from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from threadcast.entrypoints.handoff_event import to_payload
from threadcast.errors import HandoffFailed
from threadcast.ports import Handoff

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_lambda import LambdaClient

__all__ = ["LambdaTurnStarter"]

# Two attempts: a second start is harmless, because only one runner can claim the turn.
_CONFIG = Config(
    retries={"total_max_attempts": 2, "mode": "standard"},
    connect_timeout=1,
    read_timeout=3,
    user_agent="threadcast",
)


class LambdaTurnStarter:
    """A `TurnStarter` that invokes `function` (a name or an ARN) through Lambda's durable queue."""

    def __init__(self, session: "boto3.Session", function: str) -> None:
        self._session = session
        self._function = function
        self._client: LambdaClient | None = None

    def start(self, handoff: Handoff) -> None:
        """Return when Lambda has queued the event; raises `HandoffFailed`."""
        if self._client is None:
            self._client = self._session.client("lambda", config=_CONFIG)
        try:
            self._client.invoke(
                FunctionName=self._function, InvocationType="Event", Payload=to_payload(handoff)
            )
        except (ClientError, BotoCoreError) as error:
            raise HandoffFailed(type(error).__name__) from error
