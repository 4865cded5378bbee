"""Words that carry nothing of their own: leaving them out changes no question."""

from collections.abc import Sequence

from threadcast_analyst.reading.words import Word, phrases_in

__all__ = ["OPERATORS", "filler_places"]

OPERATORS = frozenset({
    "not", "no", "without", "except", "excluding", "but", "if", "would", "will", "unless", "never", "than",
    "after", "before", "since", "until", "last", "first", "next", "later", "week", "decade", "hour", "weekly",
    "over", "under", "above", "below", "between", "because", "isn't", "wasn't", "didn't", "don't", "doesn't",
})  # fmt: skip
"""Words that change what is asked: unread, they are never harmless."""

_WORDS = """
    & ' - a about actual actually added all also altogether am an and any anything are around as at
    available be because been being between both but case chart column created curious currently
    dashboard data dataset dear did do does doing ever everything exactly fall fell figure figures
    find for from get getting give given go going gone good got graph had happen happened has have
    having hello here hey hi hit how i if in info information is it its itself just kind kindly know
    let like made make many me measured much my need net number numbers occur occurred of ok okay on
    one ones only or our out over period please pls plus plz point produced question quick reach
    reached really record recorded registered reported row rows saw say see seen set shall she show
    showed shown so some state still sure tell terms than thank thanks that the their them then
    there these they thing things this those to together us value values very was we well were what
    what's where which who whole whose with wonder wondering would you your
"""
_FILLERS = frozenset({*_WORDS.split(), "\N{EN DASH}"}) - {
    "because", "if", "would", "out", "record", "fall", "fell", "%", "good", "but", "over",
    "going", "than",
}  # fmt: skip

_PHRASES = (
    "can you", "could you", "would you", "will you", "can i", "could i", "can we", "i want", "i want to know",
    "i would like", "i'd like", "i'd like to know", "want to know", "want to see", "let me know",
    "do you know", "is it true", "what about", "how about", "in terms of", "at all", "of all", "what if any",
    "as well", "too", "look like", "looks like", "turn out", "came out", "so far", "by any chance",
    "according to", "this metric",
    "the metric", "these metrics", "in the metric", "take a look", "pull up", "bring up",
    "work out", "figure out", "find out", "calculate",
    "compute", "determine", "display", "present", "tell me about", "what can you tell me about",
    "think", "do you think", "would you say", "i wonder", "wonder if", "wondering if", "i think",
    "with respect to", "regard to", "regarding", "concerning", "come from", "came from", "comes from",
    "the amount of", "amount", "level", "the level of", "quantity", "size of", "volume",
)  # fmt: skip


def filler_places(words: Sequence[Word]) -> frozenset[int]:
    """The places of words that may be left out."""
    single = {word.at for word in words if word.text in _FILLERS or word.stem in _FILLERS}
    return frozenset(single | phrases_in(words, _PHRASES))
