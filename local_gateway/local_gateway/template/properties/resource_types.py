"""The resource types that the gateway does not create, and what differs without them."""

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["difference_of_type"]

_NO_EFFECT = re.compile(
    r"AWS::(ApiGateway::Account|ApplicationAutoScaling::\w+|CDK::Metadata|CertificateManager::\w+"
    r"|CloudFormation::(WaitConditionHandle|Stack)|CloudTrail::\w+|CloudWatch::\w+|CodeDeploy::\w+|EC2::\w+"
    r"|KMS::(Alias|Key)|Lambda::(CodeSigningConfig|LayerVersionPermission)|Logs::\w+|Route53::\w+"
    r"|ServiceCatalogAppRegistry::\w+|Signer::\w+|S3::BucketPolicy|SNS::TopicPolicy|SQS::QueuePolicy"
    r"|Synthetics::\w+|WAFv2::\w+|XRay::\w+)"
)
"""Types that describe operation, permissions and network: functions and clients do not call them."""

_NOT_SERVED: Final[Mapping[str, str]] = {
    "AWS::ApiGateway::": "REST APIs are not served",
    "AWS::CloudFormation::CustomResource": "custom resources are not run",
    "AWS::Serverless::": "the template does not declare SAM's transform",
    "AWS::CloudFormation::": "only AWS runs it",
    "AWS::IAM::": "",
    "AWS::Lambda::Url": "function URLs are not served",
    "Custom::": "custom resources are not run",
}


def difference_of_type(kind: str) -> str:
    """Return what differs because resources of a type are not created; an empty text if nothing does."""
    if _NO_EFFECT.fullmatch(kind):
        return ""
    known = (text for prefix, text in _NOT_SERVED.items() if kind.startswith(prefix))
    return next(known, "it does not exist here, and the functions' calls to it fail")
