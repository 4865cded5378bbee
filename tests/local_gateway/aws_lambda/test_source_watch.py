"""Reload of changed source files."""

from pathlib import Path

from websockets.sync.client import connect

from local_gateway import LambdaSettings, running_gateway
from tests.local_gateway.conftest import Eventually

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Speaker:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.speak, CodeUri: .}
  Api:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      StageName: test
      RouteSelectionExpression: $request.body.action
      Routes:
        $default: {FunctionArn: !GetAtt Speaker.Arn, RouteResponseSelectionExpression: $default}
"""


def test_an_invocation_after_a_source_change_runs_the_new_code(
    tmp_path: Path, eventually: Eventually
) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    source = tmp_path / "app.py"
    code = "def speak(event, context):\n    return {'statusCode': 200, 'body': 'NUMBER'}\n"
    source.write_text(code.replace("NUMBER", "one"))

    with (
        running_gateway(tmp_path / "template.yaml", functions=LambdaSettings(reload=True)) as gateway,
        connect(gateway.websocket_url) as client,
    ):

        def answer() -> str:
            client.send("?")
            return str(client.recv(timeout=120))

        before = answer()
        source.write_text(code.replace("NUMBER", "second"))
        eventually(lambda: answer() == "second")

    assert before == "one"
