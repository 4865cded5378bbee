"""An `Agent` that calls a language model through the SDK `strands-agents`.

`agent_factory.model_agent` creates it from the settings. Import it only when it is used: the modules of
`providers` import large SDKs.
"""
