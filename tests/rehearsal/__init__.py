"""The rehearsal of a deployment: the template as CloudFormation, and a stack in an emulator."""
