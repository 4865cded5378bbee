"""The answer's way from the agent to every screen: one log of events per turn, one outbox per connection."""
