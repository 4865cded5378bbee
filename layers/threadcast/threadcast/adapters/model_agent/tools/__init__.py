"""The model's tools over an asset's data; only `sdk_tool` depends on the agent's SDK."""
