"""The physical names of resources: the values of `!Ref` and `!GetAtt` by resource type."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ACCOUNT", "ATTRIBUTES", "PhysicalNames"]

ACCOUNT = "123456789012"
"""moto's default account id, so that ARNs agree."""

_NAME_PROPERTY = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SSM::Parameter": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Events::EventBus": "Name",
    "AWS::ApiGatewayV2::Stage": "StageName",
}
_ARN = {
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Lambda::LayerVersion": "lambda:{region}:{account}:layer:{name}:1",
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::DynamoDB::GlobalTable": "dynamodb:{region}:{account}:table/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}",
    "AWS::SSM::Parameter": "ssm:{region}:{account}:parameter/{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::Events::EventBus": "events:{region}:{account}:event-bus/{name}",
}
ATTRIBUTES = {
    "AWS::Lambda::Function": ("Arn", "SnapStartResponse.ApplyOn", "SnapStartResponse.OptimizationStatus"),
    "AWS::DynamoDB::Table": ("Arn", "StreamArn"),
    "AWS::DynamoDB::GlobalTable": ("Arn", "StreamArn", "TableId"),
    "AWS::ApiGatewayV2::Api": ("ApiEndpoint", "ApiId", "ExecuteApiArn"),
    "AWS::SQS::Queue": ("Arn", "QueueName", "QueueUrl"),
    "AWS::IAM::Role": ("Arn", "RoleId"),
}
"""The attributes of resource types whose values a function may use: any other is a mistake."""

_REF_IS_THE_ARN = frozenset({"AWS::Lambda::LayerVersion", "AWS::SNS::Topic", "AWS::SecretsManager::Secret"})
_REF_IS_THE_LOGICAL_ID = frozenset(
    f"AWS::ApiGatewayV2::{kind}"
    for kind in ("Authorizer", "Deployment", "Integration", "Route", "RouteResponse", "IntegrationResponse")
)


@dataclass(frozen=True, slots=True)
class PhysicalNames:
    """Derives physical names, which depend only on the template and the stack's name.

    The methods take `properties` whose naming properties are resolved. `path` is the path of a nested
    stack, such as `Chat/`; empty for the stack itself.
    """

    stack: str
    region: str
    account: str = ACCOUNT
    path: str = ""

    def nested(self, logical_id: str) -> "PhysicalNames":
        """Return the names of a nested stack, whose own name CloudFormation derives from its logical id."""
        stack, path = f"{self.stack}-{logical_id}", f"{self.path}{logical_id}/"
        return PhysicalNames(stack, self.region, self.account, path)

    @property
    def stack_id(self) -> str:
        """The value of `!Ref AWS::StackId`."""
        return f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{self.stack}/local"

    def name(self, logical_id: str, kind: str, properties: Mapping[str, Any]) -> str:
        """Return the template's own name for a resource, else `<stack>-<logical id>`."""
        given = properties.get(_NAME_PROPERTY.get(kind, ""))
        return str(given) if given else f"{self.stack}-{logical_id}"

    def ref(self, logical_id: str, kind: str, properties: Mapping[str, Any]) -> str:
        """Return the value of `!Ref` of a resource."""
        if kind in _REF_IS_THE_LOGICAL_ID:
            return self.path + logical_id
        if kind in _REF_IS_THE_ARN:
            return self.arn(logical_id, kind, properties)
        match kind:
            case "AWS::ApiGatewayV2::Api":
                name = self.api_id(logical_id)
            case "AWS::SQS::Queue":
                queue = self.name(logical_id, kind, properties)
                name = f"https://sqs.{self.region}.amazonaws.com/{self.account}/{queue}"
            case "AWS::Lambda::Alias":
                name = f"{self.function_arn(properties['FunctionName'])}:{properties['Name']}"
            case "AWS::Lambda::Version":
                name = f"{self.function_arn(properties['FunctionName'])}:1"
            case _:
                name = self.name(logical_id, kind, properties)
        return name

    def attribute(self, logical_id: str, kind: str, properties: Mapping[str, Any], attribute: str) -> str:
        """Return the value of `!GetAtt` of a resource; a readable placeholder for unsupported attributes."""
        match kind, attribute:
            case _, "Arn" | "TopicArn" | "LayerVersionArn":
                value = self.arn(logical_id, kind, properties)
            case "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable", "StreamArn":
                value = f"{self.arn(logical_id, kind, properties)}/stream/2024-01-01T00:00:00.000"
            case "AWS::SQS::Queue", "QueueUrl":
                value = self.ref(logical_id, kind, properties)
            case "AWS::SQS::Queue", "QueueName":
                value = self.name(logical_id, kind, properties)
            case "AWS::ApiGatewayV2::Api", "ApiId":
                value = self.api_id(logical_id)
            case "AWS::ApiGatewayV2::Api", "ApiEndpoint":
                value = f"wss://{self.api_id(logical_id)}.execute-api.{self.region}.amazonaws.com"
            case "AWS::ApiGatewayV2::Api", "ExecuteApiArn":
                value = f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id(logical_id)}"
            case "AWS::SNS::Topic", "TopicName":
                value = self.name(logical_id, kind, properties)
            case "AWS::Lambda::Version", "Version":
                value = "1"
            case _:
                value = f"{self.name(logical_id, kind, properties)}-{attribute}"
        return value

    def arn(self, logical_id: str, kind: str, properties: Mapping[str, Any]) -> str:
        """Return a resource's ARN; an unsupported type gets an ARN of the common form."""
        service = kind.split("::")[1].lower() if "::" in kind else "custom"
        form = _ARN.get(kind, service + ":{region}:{account}:{name}")
        name = self.name(logical_id, kind, properties)
        return "arn:aws:" + form.format(region=self.region, account=self.account, name=name)

    def function_arn(self, name_or_arn: str) -> str:
        """Return the ARN of a function from its name or its ARN."""
        if name_or_arn.startswith("arn:"):
            return name_or_arn
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{name_or_arn}"

    def api_id(self, logical_id: str) -> str:
        """Return an API's id: ten letters and digits, as in API Gateway."""
        return hashlib.sha256(f"{self.stack}/{logical_id}".encode()).hexdigest()[:10]
