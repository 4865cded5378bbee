"""The properties of API Gateway's resources.

What API Gateway supports for HTTP APIs only has no effect on a WebSocket API:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html
"""

from collections.abc import Mapping
from typing import Final

from local_gateway.template.properties.rules import PropertyRule, rules

__all__ = ["API_PROPERTIES"]

_NOT_VALIDATED = "it is not validated against a model"

API_PROPERTIES: Final[Mapping[str, Mapping[str, PropertyRule]]] = {
    "AWS::ApiGatewayV2::Api": rules(
        "ApiKeySelectionExpression Name ProtocolType RouteSelectionExpression",
        "BasePath Body BodyS3Location CorsConfiguration CredentialsArn Description DisableSchemaValidation "
        "FailOnWarnings IpAddressType RouteKey Tags Target Version",
        differs={"DisableExecuteApiEndpoint": "the API answers under its execute-api host too"},
    ),
    "AWS::ApiGatewayV2::Stage": rules(
        "ApiId AutoDeploy DefaultRouteSettings DeploymentId RouteSettings StageName StageVariables",
        "Description Tags",
        differs={
            "AccessLogSettings": "no access log is written",
            "ClientCertificateId": "HTTP integrations receive no client certificate",
        },
    ),
    "AWS::ApiGatewayV2::Deployment": rules("ApiId StageName", "Description"),
    "AWS::ApiGatewayV2::Route": rules(
        "ApiId ApiKeyRequired AuthorizationType AuthorizerId RouteKey RouteResponseSelectionExpression "
        "Target",
        "AuthorizationScopes OperationName",
        differs={
            "ModelSelectionExpression": f"no model is selected for a message: {_NOT_VALIDATED}",
            "RequestModels": f"a message that its model forbids reaches the integration: {_NOT_VALIDATED}",
            "RequestParameters": "a handshake without a required parameter is accepted",
        },
    ),
    "AWS::ApiGatewayV2::Integration": rules(
        "ApiId IntegrationType IntegrationUri PassthroughBehavior RequestParameters RequestTemplates "
        "TemplateSelectionExpression TimeoutInMillis",
        "ConnectionId ConnectionType Description IntegrationMethod IntegrationSubtype PayloadFormatVersion "
        "ResponseParameters TlsConfig",
        not_enforced={"CredentialsArn": "permissions"},
        differs={"ContentHandlingStrategy": "payloads are not converted between text and binary"},
    ),
    "AWS::ApiGatewayV2::IntegrationResponse": rules(
        "ApiId IntegrationId IntegrationResponseKey ResponseTemplates TemplateSelectionExpression",
        "ResponseParameters",
        differs={"ContentHandlingStrategy": "payloads are not converted between text and binary"},
    ),
    "AWS::ApiGatewayV2::RouteResponse": rules(
        "ApiId RouteId RouteResponseKey",
        "ResponseParameters",
        differs={
            "ModelSelectionExpression": f"no model is selected for a reply: {_NOT_VALIDATED}",
            "ResponseModels": f"a reply is sent even if its model forbids it: {_NOT_VALIDATED}",
        },
    ),
    "AWS::ApiGatewayV2::Authorizer": rules(
        "ApiId AuthorizerType AuthorizerUri IdentitySource",
        "AuthorizerPayloadFormatVersion AuthorizerResultTtlInSeconds EnableSimpleResponses "
        "IdentityValidationExpression JwtConfiguration Name",
        not_enforced={"AuthorizerCredentialsArn": "permissions"},
    ),
    "AWS::ApiGatewayV2::Model": rules("", "ApiId ContentType Description Name Schema"),
    "AWS::ApiGateway::ApiKey": rules(
        "Enabled Name Value", "CustomerId Description GenerateDistinctId StageKeys Tags"
    ),
    "AWS::ApiGateway::UsagePlan": rules(
        "ApiStages",
        "Description Tags UsagePlanName",
        differs={
            "Quota": "the requests of a key are not counted",
            "Throttle": "the requests of a key are not throttled",
        },
    ),
    "AWS::ApiGateway::UsagePlanKey": rules("KeyId UsagePlanId", "KeyType"),
    "AWS::ApiGatewayV2::DomainName": rules(
        "",
        "RoutingMode Tags",
        differs={
            "DomainName": "the domain name is not served; use the address below",
            "DomainNameConfigurations": "its certificate and security policy are not used",
            "MutualTlsAuthentication": "clients need no certificate",
        },
    ),
    "AWS::ApiGatewayV2::ApiMapping": rules("ApiId Stage", "ApiMappingKey DomainName"),
}
