"""The whole of Threadcast on this machine, shown in one conversation."""
