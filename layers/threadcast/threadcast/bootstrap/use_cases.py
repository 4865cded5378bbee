"""The use cases of turns, each constructed on first use from the ports that it needs."""

from collections.abc import Callable
from functools import cached_property

from threadcast.bootstrap.asset_use_cases import asset_use_cases
from threadcast.bootstrap.chat_routes import ChatPorts, chat_use_cases
from threadcast.delivery.former_end import FormerEnds
from threadcast.delivery.replier import Replier
from threadcast.delivery.store_retry import StoreRetry
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.terminal_delivery import TerminalDeliveries
from threadcast.delivery.turn_broadcaster import TurnBroadcaster
from threadcast.delivery.turn_connections import TurnConnections
from threadcast.domain.budget import NO_LIMIT, Budget
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.entrypoints.messages import MessageHandler, RouteDispatcher
from threadcast.ports import (
    Agent,
    AssetStore,
    ChatStore,
    Clock,
    ConnectionStore,
    FrameEncoder,
    IdMaker,
    OpenChats,
    Pusher,
    TurnStarter,
    TurnStore,
    UsageStore,
)
from threadcast.protocol.frame_encoder import JsonFrameEncoder
from threadcast.turns.budgets import Budgets
from threadcast.turns.chats.unsubscribe import Unsubscribe
from threadcast.turns.get_chat import GetChat
from threadcast.turns.message_quota import MessageQuota
from threadcast.turns.opening.admission import TurnAdmission
from threadcast.turns.opening.open_turn import TurnOpener
from threadcast.turns.opening.predecessor import PredecessorWait
from threadcast.turns.opening.quota import QuotaLimits
from threadcast.turns.opening.start_runner import RunnerStart
from threadcast.turns.post_thread import PostThread
from threadcast.turns.recovery.chat_sender import ChatSender
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.recovery.erase_chats import ChatEraser
from threadcast.turns.recovery.handle_failure import FailureHandler
from threadcast.turns.recovery.replay import TurnReplay
from threadcast.turns.recovery.sweep import TurnSweeper
from threadcast.turns.running.agent_runner import AgentRunners
from threadcast.turns.running.claim import TurnClaimer
from threadcast.turns.running.run_handoff import HandoffRunner
from threadcast.turns.running.run_turn import TurnRunner
from threadcast.turns.running.stream_turn import TurnStream
from threadcast.turns.stop_thread import StopThread

__all__ = ["UseCases"]


class UseCases:
    """Constructs the use cases; nothing but bootstrap code takes an instance.

    `agent` and `starter` are called on first use: an agent's SDK is slow to import, and only the function
    that opens turns may start their runner.
    """

    def __init__(
        self,
        *,
        chats: ChatStore,
        chat_ports: ChatPorts,
        turns: TurnStore,
        assets: AssetStore,
        connections: ConnectionStore,
        open_chats: OpenChats,
        usage: UsageStore,
        pusher: Pusher,
        clock: Clock,
        new_id: IdMaker,
        agent: Callable[[], Agent],
        starter: Callable[[], TurnStarter],
        limits: QuotaLimits | None = None,
        budget: Budget = NO_LIMIT,
        policy: TurnPolicy | None = None,
        stream: StreamPolicy | None = None,
    ) -> None:
        self.chats = chats
        self.chat_ports = chat_ports
        self.turns = turns
        self.assets = assets
        self.connections = connections
        self.open_chats = open_chats
        self.turn_connections = TurnConnections(connections, open_chats)
        self.usage = usage
        self.pusher = pusher
        self.clock = clock
        self.new_id = new_id
        self.frames: FrameEncoder = JsonFrameEncoder()
        self.agent = agent
        self.starter = starter
        self.limits = limits or QuotaLimits()
        self.budget = budget
        self.budgets = Budgets(usage, budget, clock)
        self.policy = policy or TurnPolicy()
        self.stream = stream or StreamPolicy()

    @cached_property
    def retry(self) -> StoreRetry:
        """The retry policy for a request's work."""
        return StoreRetry(self.clock, self.policy.store_timeout_s)

    @cached_property
    def broadcaster(self) -> TurnBroadcaster:
        """Delivers turns to connections."""
        return TurnBroadcaster(
            self.turn_connections, self.pusher, self.frames, self.clock, self.stream, self.former_ends
        )

    @cached_property
    def deliveries(self) -> TerminalDeliveries:
        """Delivers the ends of turns."""
        return TerminalDeliveries(
            chats=self.chats,
            turns=self.turns,
            connections=self.turn_connections,
            clock=self.clock,
            policy=self.policy,
            stream=self.stream,
            new_id=self.new_id,
        )

    @cached_property
    def former_ends(self) -> FormerEnds:
        """Looks up how far the ends of former turns were delivered."""
        return FormerEnds(self.chats, self.clock, self.stream.former_post_s, self.policy.poll_s)

    @cached_property
    def replier(self) -> Replier:
        """Sends single frames."""
        return Replier(self.pusher, self.clock, self.policy, self.stream)

    @cached_property
    def closer(self) -> TurnCloser:
        """Closes abandoned turns."""
        return TurnCloser(
            chats=self.chats,
            turns=self.turns,
            connections=self.turn_connections,
            clock=self.clock,
            new_id=self.new_id,
            policy=self.policy,
            broadcaster=self.broadcaster,
            deliveries=self.deliveries,
        )

    @cached_property
    def failure_handler(self) -> FailureHandler:
        """Closes the turns of failed runners."""
        return FailureHandler(self.chats, self.closer, self.clock, self.policy, self.retry)

    @cached_property
    def sweeper(self) -> TurnSweeper:
        """Closes the turns that no other process ends."""
        return TurnSweeper(self.chats, self.turns, self.closer, self.clock, self.policy)

    @cached_property
    def eraser(self) -> ChatEraser:
        """Erases deleted chats."""
        return ChatEraser(self.chat_ports.library, self.clock, self.policy)

    @cached_property
    def start(self) -> RunnerStart:
        """Starts runners."""
        return RunnerStart(self.starter, self.closer, self.retry)

    @cached_property
    def opener(self) -> TurnOpener:
        """Opens turns."""
        return TurnOpener(
            chats=self.chats,
            turns=self.turns,
            assets=self.assets,
            connections=self.connections,
            clock=self.clock,
            new_id=self.new_id,
            admission=TurnAdmission(self.limits, self.budgets),
            policy=self.policy,
            predecessor=PredecessorWait(self.chats, self.closer, self.clock, self.policy),
        )

    @cached_property
    def claimer(self) -> TurnClaimer:
        """Claims turns."""
        return TurnClaimer(
            chats=self.chats,
            turns=self.turns,
            clock=self.clock,
            new_id=self.new_id,
            policy=self.policy,
            retry=self.retry,
        )

    @cached_property
    def runner(self) -> TurnRunner:
        """Runs claimed turns."""
        return TurnRunner(
            chats=self.chats,
            turns=self.turns,
            agents=AgentRunners(self.agent, self.assets, self.clock, self.budgets),
            clock=self.clock,
            new_id=self.new_id,
            policy=self.policy,
            deliveries=self.deliveries,
            stream=self.stream,
        )

    @cached_property
    def handoff_runner(self) -> HandoffRunner:
        """Runs handoffs."""
        return HandoffRunner(self.claimer, self.runner, self.broadcaster, self.turn_connections)

    @cached_property
    def stream_turn(self) -> TurnStream:
        """Streams turns without connections."""
        return TurnStream(
            opener=self.opener,
            claimer=self.claimer,
            runner=self.runner,
            deliveries=self.deliveries,
            chats=self.chats,
            policy=self.policy,
        )

    @cached_property
    def replay(self) -> TurnReplay:
        """Answers duplicate requests."""
        return TurnReplay(
            chats=self.chats,
            connections=self.connections,
            clock=self.clock,
            policy=self.policy,
            closer=self.closer,
            start=self.start,
            broadcaster=self.broadcaster,
            sender=self.chat_sender,
            retry=self.retry,
        )

    @cached_property
    def chat_sender(self) -> ChatSender:
        """Sends stored chats beside the frames of turns."""
        return ChatSender(self.chats, self.turn_connections, self.clock, self.retry)

    @cached_property
    def message_quota(self) -> MessageQuota:
        """Admits and charges messages."""
        return MessageQuota(self.connections, self.clock, self.limits, self.retry)

    @cached_property
    def post_thread(self) -> PostThread:
        """Answers posts."""
        return PostThread(
            opener=self.opener,
            quota=self.message_quota,
            replay=self.replay,
            start=self.start,
            broadcaster=self.broadcaster,
            deliveries=self.deliveries,
            clock=self.clock,
            policy=self.policy,
            stream=self.stream,
        )

    @cached_property
    def stop_thread(self) -> StopThread:
        """Answers stops."""
        return StopThread(chats=self.chats, closer=self.closer, retry=self.retry)

    @cached_property
    def get_chat(self) -> GetChat:
        """Answers gets."""
        return GetChat(
            chats=self.chats,
            sender=self.chat_sender,
            closer=self.closer,
            policy=self.policy,
            retry=self.retry,
        )

    @cached_property
    def dispatcher(self) -> RouteDispatcher:
        """Calls the use cases of the routes."""
        of_turns = (self.post_thread, self.stop_thread, self.get_chat)
        chats = chat_use_cases(self.chat_ports, self.chats, self.clock, self.new_id, self.policy, self.retry)
        unsubscribe = Unsubscribe(self.open_chats, self.retry)
        return RouteDispatcher((*of_turns, *chats, unsubscribe, *asset_use_cases(self)), self.replier)

    @cached_property
    def messages(self) -> MessageHandler:
        """Answers clients' messages."""
        return MessageHandler(self.dispatcher, self.message_quota, self.replier)
