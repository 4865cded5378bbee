"""An agent that a language model answers for, by the SDK `strands-agents`; import it only where it is chosen.

`building.model_agent` makes it from settings; the modules of `providers` import the SDKs.
"""
