"""What CloudFormation replaces in a template first: includes, loops, values of other services."""
