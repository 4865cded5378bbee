"""What each function may do, by action, resource and partition key."""

from typing import Any

import pytest

from tests.dynamodb_accesses import Access
from tests.template.policies import is_allowed, statements_of
from tests.template.translation import FUNCTIONS, resolver

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/threadcast-Table"
INDEX = f"{TABLE}/index/chats_by_user"
READS = ("BatchGetItem", "GetItem", "Query")
ALL = (*READS, "PutItem", "UpdateItem", "DeleteItem", "Scan", "BatchWriteItem", "DeleteTable")
INDEX_KEYS = (
    *("ASSETS", "ASSETS#user#u", "ASSETS#org#o", "UNFINISHED#3", "DELETED"),
    *("SHARED#user#u", "SHARED#org#o", "FEEDBACK#a"),
)
KEYS = ("ASSET#a", "CHAT#c", "DIRECTORY#o", "REQUEST#r", "USER#u", *INDEX_KEYS)
TURN = {
    *((action, key) for action in (*READS, "PutItem", "UpdateItem") for key in ("CHAT#c", "USER#u")),
    ("DeleteItem", "USER#u"),
}
ASSETS_READ = {(action, "ASSET#a") for action in READS}
GRANTED = {
    "Authorizer": set(),
    "Connect": {
        *((action, "USER#u") for action in ("DeleteItem", "PutItem", "Query")),
        ("PutItem", "DIRECTORY#o"),
    },
    "Disconnect": {("DeleteItem", "USER#u")},
    "PostThread": TURN
    | ASSETS_READ
    | {(action, "REQUEST#r") for action in (*READS, "PutItem")}
    | {("DeleteItem", "CHAT#c"), ("BatchGetItem", "DIRECTORY#o")},
    "RunTurn": TURN | ASSETS_READ | {("PutItem", "ASSET#a")},
    "TurnFailed": TURN,
    "SweepTurns": TURN | {("DeleteItem", "CHAT#c")},
}

INDEX_READ = {
    "PostThread": {"USER#u", "SHARED#user#u", "SHARED#org#o", "ASSETS#user#u", "ASSETS#org#o"},
    "SweepTurns": {"UNFINISHED#3", "DELETED"},
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_reaches_only_the_partitions_that_it_needs(function: str) -> None:
    statements = statements_of(f"{function}Role")

    allowed = {
        (action, key)
        for action in ALL
        for key in KEYS
        if is_allowed(Access(f"dynamodb:{action}", TABLE, (key,)), statements)
    }

    assert allowed == GRANTED[function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_reads_only_the_partitions_of_the_index_that_it_needs(function: str) -> None:
    statements = statements_of(f"{function}Role")

    allowed = {key for key in KEYS if is_allowed(Access("dynamodb:Query", INDEX, (key,)), statements)}

    assert allowed == INDEX_READ.get(function, set())


@pytest.mark.parametrize(
    ("function", "others"),
    [
        ("Authorizer", {"ssm:GetParameter"}),
        ("Connect", {"execute-api:ManageConnections"}),
        ("Disconnect", set()),
        ("PostThread", {"execute-api:ManageConnections", "lambda:InvokeFunction"}),
        ("RunTurn", {"execute-api:ManageConnections", "lambda:InvokeFunction"}),
        ("TurnFailed", {"execute-api:ManageConnections", "sqs:SendMessage"}),
        ("SweepTurns", {"execute-api:ManageConnections"}),
    ],
)
def test_a_function_has_no_other_permissions(function: str, others: set[str]) -> None:
    actions = _actions(statements_of(f"{function}Role", TokenSecretParameter="/secret"))

    shared = {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    }
    assert {action for action in actions if not action.startswith("dynamodb:")} == shared | others


def _actions(statements: list[dict[str, Any]]) -> set[str]:
    listed = (statement["Action"] for statement in statements)
    return {action for each in listed for action in ([each] if isinstance(each, str) else each)}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_what_has_no_resource_is_granted_on_all_resources(function: str) -> None:
    given = {"SubnetIds": "subnet-1", "KmsKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/k"}
    everywhere = [s for s in statements_of(f"{function}Role", **given) if s["Resource"] == "*"]

    assert {action.split(":")[0] for action in _actions(everywhere)} == {"xray", "ec2"}


@pytest.mark.parametrize(
    ("function", "method"), [("Connect", "GET"), ("RunTurn", "POST"), ("PostThread", "POST")]
)
def test_connections_are_asked_about_or_posted_to_in_this_apis_stage_only(function: str, method: str) -> None:
    api = resolver().resolve({"Ref": "WebSocketApi"})
    prefix = f"arn:aws:execute-api:eu-central-1:123456789012:{api}/prod"
    statements = statements_of(f"{function}Role")

    allowed = {
        verb
        for verb in ("GET", "POST", "DELETE")
        if is_allowed(Access("execute-api:ManageConnections", f"{prefix}/{verb}/@connections/c="), statements)
    }

    assert allowed == {method}


@pytest.mark.parametrize(("function", "started"), [("PostThread", "RunTurn"), ("RunTurn", "TurnFailed")])
def test_a_function_may_invoke_only_the_alias_of_the_next_one(function: str, started: str) -> None:
    statements = [s for s in statements_of(f"{function}Role") if s["Action"] == "lambda:InvokeFunction"]

    arn = f"arn:aws:lambda:eu-central-1:123456789012:function:threadcast-{started}Function:live"
    assert [statement["Resource"] for statement in statements] == [arn]


MODELS = "arn:aws:bedrock:us-east-1"
PROFILE = f"{MODELS}:123456789012:inference-profile/global.maker.model-1"
APPLICATION = f"{MODELS}:123456789012:application-inference-profile/a1"


@pytest.mark.parametrize(
    ("given", "granted"),
    [
        ("maker.model-1", [f"{MODELS}::foundation-model/maker.model-1"]),
        ("global.maker.model-1", [PROFILE]),
        (APPLICATION, [APPLICATION]),
    ],
)
def test_only_the_chosen_model_may_be_invoked(given: str, granted: list[str]) -> None:
    statements = statements_of("RunTurnRole", Agent="bedrock", ModelId=given)
    direct = [s for s in statements if "Condition" not in s]
    others = [f"{MODELS}::foundation-model/other", f"{MODELS}:123456789012:inference-profile/other"]

    allowed = [
        arn
        for arn in (*granted, *others)
        if is_allowed(Access("bedrock:InvokeModelWithResponseStream", arn), direct)
    ]

    assert allowed == granted


def test_the_models_of_an_inference_profile_are_invoked_only_through_it() -> None:
    statements = statements_of("RunTurnRole", Agent="bedrock", ModelId=APPLICATION, ModelTitleId="eu.small")

    (through,) = [s["Condition"] for s in statements if "foundation-model/*" in str(s["Resource"])]
    assert through == {
        "ArnLike": {
            "bedrock:InferenceProfileArn": [
                APPLICATION,
                "arn:aws:bedrock:*:123456789012:inference-profile/eu.small",
            ]
        }
    }
