"""The reference fold: frames to a chat, and the comparison of the folded chat with the payload of `complete`.

It is independent of the server's code, so that tests can use it as the oracle.
"""
