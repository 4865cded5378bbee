"""`ModelInput`: the system prompt and the messages that precede the user's prompt."""

from collections.abc import Sequence
from dataclasses import dataclass

from threadcast.adapters.model_agent.prompting.asset_text import asset_text
from threadcast.adapters.model_agent.prompting.history import Turn, history_messages
from threadcast.adapters.model_agent.prompting.system_prompt import INSTRUCTIONS
from threadcast.adapters.model_agent.usage.turn_limits import ModelLimits
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.text import clean
from threadcast.ports import AgentTask

__all__ = ["ModelInput", "model_input"]

_NO_ASSET = (
    "This chat has no asset, so there is no data and there are no tools. Answer what can be answered from "
    "the chat itself; for figures, ask the user to start a chat on a metric, a dashboard or a report."
)


@dataclass(frozen=True, slots=True)
class ModelInput:
    """The system prompt's blocks, the most constant first, and the earlier messages, oldest first."""

    system: tuple[str, ...]
    messages: tuple[Turn, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text except the instructions: texts of the user's asset and chat."""
        return (*self.system[1:], *(text for _, text in self.messages))


def model_input(task: AgentTask, tables: Sequence[DataTable], limits: ModelLimits) -> ModelInput:
    """Return the model's input for a task; the same task gives the same text."""
    about = _NO_ASSET if task.context is None else asset_text(task.context, tables, limits.context_tokens)
    turns = history_messages(task.history, limits.history_tokens)
    return ModelInput((INSTRUCTIONS, clean(about)), tuple((role, clean(text)) for role, text in turns))
