"""Names in a question that the rows don't know: better to say so than to answer about everything."""

from collections.abc import Sequence

from threadcast.adapters.offline_analyst.intents import Intent, Total
from threadcast.adapters.offline_analyst.reading.cues import Cue, cue_words
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.adapters.offline_analyst.reading.words import Word, stems_of
from threadcast.asset_types.figures import joined

__all__ = ["unknown_name"]

_POINTERS = frozenset(
    {"for", "about", "of", "from", "only", "just", "in", "with", "vs", "versus", "against", "than"}
)
_FILLER_TEXT = """
    a above actually after again all also amount an and annual answer any anything approximately are
    around as at autumn average bad be because been before beginning being below between bit both but by
    calculate can case cent century chart comparison compute could country course daily dashboard data
    dataset date dates day decade detail details did do does during each end ever every everything fall
    figure figures find first future general get give go going good got had half happen happened
    happening has have he here history how i if is it its just kind know last least less level like long
    look lot made make many may me metric might month monthly more most much must my near need never
    next no not nothing now number numbers on one ones only or order other others our over particular
    past people per percent period please point points previous quarter question rate really region
    relation report rest roughly row rows same season see shall she short should since size so some
    something sort spring start state still sum summer tell terms thank thanks that the their them then
    there these they thing things this those time times to today tomorrow too total type under until us
    value values versus very want was way we week well went were what when where which who whole whom
    whose why will winter within would yearly yes yesterday yet you your
"""
_FILLERS = frozenset(_FILLER_TEXT.split())
"""Words that name nothing: an unknown word that is none of these is taken for a name."""

_LISTED = 6


def unknown_name(question: Question, intent: Intent | None) -> str | None:
    """A sentence about a name that none of the columns, values or dates fits; None where all is known.

    A total of something unknown is asked for by any word ("how much coal was burned?"), anything else only
    by a word that stands where a name does ("the trend for coal").
    """
    names_nothing = isinstance(intent, Total) and not question.columns.places | question.values.places
    for word in question.words:
        if (names_nothing or _points_to_name(question.words, word.at)) and not _is_known(word, question):
            return _sentence(word, question)
    return None


def _points_to_name(words: Sequence[Word], at: int) -> bool:
    before = [word.text for word in words[max(0, at - 2) : at]]
    while before and before[-1] in {"the", "a", "all", "only", "just"} and len(before) > 1:
        before.pop()
    return bool(before) and before[-1] in _POINTERS and words[at].text not in _POINTERS


def _is_known(word: Word, question: Question) -> bool:
    if word.at in question.places or {word.stem, word.text} & (_FILLERS | _POINTERS):
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
