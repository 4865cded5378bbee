"""Random JSON values, with the texts that parsers and stores are sensitive to."""

from hypothesis import strategies as st

__all__ = ["json_values", "texts"]

texts = st.text(st.characters(codec=None) | st.sampled_from('\x00\ud83d\udc00\n"'), max_size=20)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
