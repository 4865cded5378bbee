"""Names in a question that the rows don't know: better to say so than to answer about everything."""

from collections.abc import Sequence

from threadcast.adapters.offline_analyst.reading.cues import Cue, cue_words
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.adapters.offline_analyst.reading.words import Word, stems_of
from threadcast.asset_types.figures import joined

__all__ = ["unknown_name"]

_POINTERS = frozenset(
    {"for", "about", "of", "from", "only", "just", "in", "with", "vs", "versus", "against", "than"}
)
_FILLERS = frozenset(
    "a an the and or but so it its this that these those there here all any some each every both my your our their "
    "one ones other others same first last next previous before after between during since until at on to by as is are "
    "was were be been being has have had do does did can could would should will shall may might must not no yes you i "
    "me we us they them he she who whom which what whose where why how when then now again please just only also too "
    "very much many more most less least number numbers data dataset row rows value values figure figures period time "
    "times date dates year month day quarter week season annual monthly daily yearly metric dashboard report chart "
    "country state region average total sum general particular detail details case terms comparison relation whole "
    "per cent percent way course long short end start beginning question answer thing things lot bit kind sort type "
    "rate level amount point points years months days spring summer autumn winter fall rest half everything something "
    "anything nothing people century decade history past future today yesterday tomorrow order size".split()
)
_LISTED = 6


def unknown_name(question: Question) -> str | None:
    """A sentence about a name that none of the columns, values or dates fits; None where all is known."""
    for word in question.words:
        if _points_to_name(question.words, word.at) and not _is_known(word, question):
            return _sentence(word, question)
    return None


def _points_to_name(words: Sequence[Word], at: int) -> bool:
    before = [word.text for word in words[max(0, at - 2) : at]]
    while before and before[-1] in {"the", "a", "all", "only", "just"} and len(before) > 1:
        before.pop()
    return bool(before) and before[-1] in _POINTERS and words[at].text not in _POINTERS


def _is_known(word: Word, question: Question) -> bool:
    if word.at in question.places or word.stem in _FILLERS or word.text in _FILLERS:
        return True
    if not word.text[0].isalpha() or word.stem in cue_words() or word.text in cue_words():
        return True
    asset = question.subject.asset
    told = stems_of(f"{asset.name} {asset.definition.get('description', '')}")
    columns = (*question.subject.shape.measures, *question.subject.shape.dimensions)
    return word.stem in told or any(word.stem in stems_of(column.label) for column in columns)


def _sentence(word: Word, question: Question) -> str:
    subject = question.subject
    known = [
        f"{column.label} is {_listed(subject.values[column.name])}" for column in subject.shape.dimensions
    ] or [f"the figures are {joined([column.label for column in subject.shape.measures])}"]
    about = "these rows" if Cue.MAKE in question.cues else f"the rows of “{subject.name}”"
    return f"I can't find “{word.text}” in {about}: {'; '.join(known)}."


def _listed(values: Sequence[str]) -> str:
    rest = len(values) - _LISTED
    return joined(
        [*values[:_LISTED], f"{rest} more"] if rest > 0 else list(values), "or" if rest <= 0 else "and"
    )
