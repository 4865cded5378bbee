"""The properties of Lambda's resources, and of the resources that invoke functions."""

from collections.abc import Mapping
from typing import Final

from local_gateway.template.properties.rules import PropertyRule, rules

__all__ = ["FUNCTION_PROPERTIES"]

_STREAM_SETTINGS = {
    "BisectBatchOnFunctionError": "a failing batch is not split",
    "DestinationConfig": "the records of a failed batch are dropped",
    "FilterCriteria": "every record is delivered",
    "FunctionResponseTypes": "a batch is delivered again as a whole",
    "LoggingConfig": "the event source writes no log",
    "MaximumBatchingWindowInSeconds": "records are delivered at once",
    "MaximumRecordAgeInSeconds": "records do not expire",
    "ParallelizationFactor": "one batch is delivered at a time",
    "StartingPositionTimestamp": "delivery starts with the first new record",
    "TumblingWindowInSeconds": "records are not aggregated",
}

FUNCTION_PROPERTIES: Final[Mapping[str, Mapping[str, PropertyRule]]] = {
    "AWS::Lambda::Function": rules(
        "Code Environment FunctionName Handler Layers LoggingConfig PackageType ReservedConcurrentExecutions "
        "Runtime Timeout",
        "Description PublishToLatestPublished Tags",
        not_enforced={
            "Architectures": "the processor's architecture",
            "CodeSigningConfigArn": "code signing",
            "EphemeralStorage": "the size of /tmp",
            "KmsKeyArn": "encryption",
            "MemorySize": "memory",
            "RecursiveLoop": "loop detection",
            "Role": "permissions",
            "RuntimeManagementConfig": "the runtime's version",
            "VpcConfig": "the network of a VPC",
        },
        differs={
            "CapacityProviderConfig": "a process has one invocation at a time",
            "DeadLetterConfig": "asynchronous events that fail are dropped",
            "DurableConfig": "an invocation is not resumed",
            "FileSystemConfigs": "no file system is mounted",
            "FunctionScalingConfig": "processes start on demand",
            "ImageConfig": "the image is not run",
            "SnapStart": "every process runs its Init phase",
            "TenancyConfig": "tenants share processes",
            "TracingConfig": "no trace is recorded",
        },
    ),
    "AWS::Lambda::EventInvokeConfig": rules(
        "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier"
    ),
    "AWS::Lambda::EventSourceMapping": rules(
        "BatchSize Enabled EventSourceArn FunctionName MaximumRetryAttempts StartingPosition",
        "AmazonManagedKafkaEventSourceConfig DocumentDBEventSourceConfig KmsKeyArn MetricsConfig "
        "ProvisionedPollerConfig Queues ScalingConfig SelfManagedEventSource "
        "SelfManagedKafkaEventSourceConfig SourceAccessConfigurations Tags Topics",
        differs=_STREAM_SETTINGS,
    ),
    "AWS::Lambda::LayerVersion": rules(
        "Content LayerName", "CompatibleArchitectures CompatibleRuntimes Description LicenseInfo"
    ),
    "AWS::Lambda::Permission": rules(
        "FunctionName Principal",
        "Action EventSourceToken FunctionUrlAuthType InvokedViaFunctionUrl PrincipalOrgID SourceAccount "
        "SourceArn",
    ),
    "AWS::Lambda::Alias": rules(
        "FunctionName Name",
        "Description FunctionVersion ProvisionedConcurrencyConfig",
        differs={"RoutingConfig": "every invocation runs the template's code"},
    ),
    "AWS::Lambda::Version": rules(
        "FunctionName",
        "CodeSha256 Description FunctionScalingConfig ProvisionedConcurrencyConfig RuntimePolicy",
    ),
    "AWS::Events::Rule": rules(
        "ScheduleExpression State Targets",
        "Description EventBusName Name RoleArn Tags",
        differs={"EventPattern": "events do not start its targets"},
    ),
    "AWS::Scheduler::Schedule": rules(
        "ScheduleExpression State Target",
        "Description GroupName KmsKeyArn Name",
        differs={
            "EndDate": "the schedule does not end",
            "FlexibleTimeWindow": "it fires at the end of each interval",
            "ScheduleExpressionTimezone": "a rate has no time zone",
            "StartDate": "the schedule has begun",
        },
    ),
    "AWS::DynamoDB::Table": rules(
        "AttributeDefinitions GlobalSecondaryIndexes KeySchema LocalSecondaryIndexes StreamSpecification "
        "TableName",
        "ContributorInsightsSpecification DeletionProtectionEnabled PointInTimeRecoverySpecification "
        "SSESpecification TableClass Tags",
        not_enforced={
            "BillingMode": "a table's throughput",
            "OnDemandThroughput": "a table's throughput",
            "ProvisionedThroughput": "a table's throughput",
            "ResourcePolicy": "permissions",
            "WarmThroughput": "a table's throughput",
        },
        differs={
            "ImportSourceSpecification": "the table starts empty",
            "KinesisStreamSpecification": "changes are not sent to Kinesis",
            "TimeToLiveSpecification": "expired items are not deleted",
            "VectorIndexes": "the index does not exist",
        },
    ),
    "AWS::DynamoDB::GlobalTable": rules(
        "AttributeDefinitions GlobalSecondaryIndexes KeySchema LocalSecondaryIndexes StreamSpecification "
        "TableName",
        "GlobalTableSourceArn GlobalTableWitnesses MultiRegionConsistency SSESpecification TableType",
        not_enforced={
            "BillingMode": "a table's throughput",
            "ReadOnDemandThroughputSettings": "a table's throughput",
            "ReadProvisionedThroughputSettings": "a table's throughput",
            "WarmThroughput": "a table's throughput",
            "WriteOnDemandThroughputSettings": "a table's throughput",
            "WriteProvisionedThroughputSettings": "a table's throughput",
        },
        differs={
            "Replicas": "there is one table, in the stack's region",
            "TimeToLiveSpecification": "expired items are not deleted",
            "VectorIndexes": "the index does not exist",
        },
    ),
}
