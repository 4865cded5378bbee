"""Reads a SAM or CloudFormation template into a Stack: functions, one WebSocket API and tables."""
