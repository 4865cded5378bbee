"""From a SAM or CloudFormation template to what has to run: functions, one WebSocket API, tables."""
