"""Parameters that are off unless they are given."""

from typing import Any

import pytest

from tests.template.translation import FUNCTIONS, resolver, resources, translated

KEY = "arn:aws:kms:eu-central-1:123456789012:key/k"
OFF = (
    "AlarmEmail",
    "DomainName",
    "CertificateArn",
    "HostedZoneId",
    "KmsKeyArn",
    "SubnetIds",
    "SecurityGroupIds",
)


def existing(kind: str, **parameters: str) -> dict[str, dict[str, Any]]:
    """Return the evaluated properties of the resources of a type that exist with these parameters."""
    resolve = resolver(**parameters)
    return {name: resolve.resolve(found["Properties"]) for name, found in resolve.resources(kind).items()}


def test_everything_optional_is_off_by_default() -> None:
    parameters = translated()["Parameters"]

    assert {parameters[name]["Default"] for name in OFF} == {""}
    for name in ("AccessLogs", "ShiftTraffic", "SnapStart", "DeletionProtection"):
        assert parameters[name]["Default"] == "false"
    for kind in (
        "AWS::SNS::Subscription",
        "AWS::ApiGatewayV2::DomainName",
        "AWS::Route53::RecordSet",
        "AWS::CodeDeploy::Application",
    ):
        assert existing(kind) == {}
    assert not [
        name for name, each in translated()["Resources"].items() if each["Type"] == "AWS::ApiGateway::Account"
    ]


@pytest.mark.parametrize(("given", "applied"), [("false", "None"), ("true", "PublishedVersions")])
def test_snapshots_are_taken_of_published_versions(given: str, applied: str) -> None:
    functions = existing("AWS::Lambda::Function", SnapStart=given)

    assert {name: function["SnapStart"]["ApplyOn"] for name, function in functions.items()} == {
        f"{name}Function": applied for name in FUNCTIONS
    }


def test_a_domain_is_mapped_to_the_stage_and_its_record_is_made_in_the_zone() -> None:
    given = {"DomainName": "chat.example.com", "CertificateArn": "arn:aws:acm:eu-central-1:1:certificate/c"}
    (mapping,) = existing("AWS::ApiGatewayV2::ApiMapping", **given).values()
    with_zone = existing("AWS::Route53::RecordSet", **given, HostedZoneId="Z1")

    assert mapping["Stage"] == "prod"
    assert existing("AWS::Route53::RecordSet", **given) == {}
    assert with_zone["DomainRecord"]["Name"] == "chat.example.com"
    outputs = translated(given)["Outputs"]
    assert resolver(**given).resolve(outputs["WebSocketUrl"]["Value"]) == "wss://chat.example.com"


def test_a_key_encrypts_everything_that_is_stored() -> None:
    (table,) = existing("AWS::DynamoDB::Table", KmsKeyArn=KEY).values()
    logs = existing("AWS::Logs::LogGroup", KmsKeyArn=KEY, AccessLogs="true")
    queues = existing("AWS::SQS::Queue", KmsKeyArn=KEY) | existing("AWS::SNS::Topic", KmsKeyArn=KEY)
    functions = existing("AWS::Lambda::Function", KmsKeyArn=KEY)

    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
    assert len(logs) == len(FUNCTIONS) + 1
    assert {group["KmsKeyId"] for group in logs.values()} == {KEY}
    assert {queue["KmsMasterKeyId"] for queue in queues.values()} == {KEY}
    assert {function["KmsKeyArn"] for function in functions.values()} == {KEY}


def test_without_a_key_aws_own_keys_encrypt() -> None:
    (table,) = existing("AWS::DynamoDB::Table").values()
    (queue,) = existing("AWS::SQS::Queue").values()

    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert queue["SqsManagedSseEnabled"] is True
    assert not [name for name, group in existing("AWS::Logs::LogGroup").items() if "KmsKeyId" in group]


def test_functions_are_in_a_vpc_only_if_subnets_are_given() -> None:
    inside = existing("AWS::Lambda::Function", SubnetIds="subnet-1,subnet-2", SecurityGroupIds="sg-1")

    assert not [
        name for name, function in existing("AWS::Lambda::Function").items() if "VpcConfig" in function
    ]
    for function in inside.values():
        assert function["VpcConfig"] == {
            "SubnetIds": ["subnet-1", "subnet-2"],
            "SecurityGroupIds": ["sg-1"],
        }


@pytest.mark.parametrize(("given", "protected"), [("false", False), ("true", True)])
def test_the_table_is_protected_from_deletion_on_request(given: str, protected: bool) -> None:
    (table,) = existing("AWS::DynamoDB::Table", DeletionProtection=given).values()

    assert table["DeletionProtectionEnabled"] is protected


def test_the_table_is_the_only_resource_that_outlives_the_stack() -> None:
    kept = {
        name
        for name, each in translated()["Resources"].items()
        if each.get("DeletionPolicy", "Delete") != "Delete" and each["Type"] != "AWS::Lambda::Version"
    }

    assert kept == {"Table"}


def test_alarms_reach_an_address_only_if_one_is_given() -> None:
    (subscription,) = existing("AWS::SNS::Subscription", AlarmEmail="ops@example.com").values()

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")
    for name, alarm in resources("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching"
