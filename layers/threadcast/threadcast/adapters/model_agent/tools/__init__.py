"""What a model may do with an asset's data. Nothing here knows the agent's SDK but `sdk_tool`."""
