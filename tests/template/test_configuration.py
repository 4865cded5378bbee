"""docs/configure.md and docs/permissions.md have what the template and the settings have now."""

import pytest

from scripts import configuration, permissions
from tests.template.translation import resources, translated
from threadcast.settings import Settings


def test_the_page_is_current() -> None:
    assert configuration.page() == configuration.PAGE.read_text(encoding="utf-8"), "run `make docs`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_table(name: str) -> None:
    assert f"`{name.upper()}`" in "\n".join(configuration.rows())


def test_every_parameter_is_in_the_table_and_is_described() -> None:
    parameters = translated()["Parameters"]

    assert {f"| `{name}` " for name in parameters} == {
        row[: row.index("|", 1)] for row in configuration.rows() if row.startswith("| `")
    }
    assert [name for name, each in parameters.items() if not each.get("Description")] == []


def test_every_variable_of_a_function_is_a_setting_or_belongs_to_a_library() -> None:
    variables = {
        name
        for function in resources("AWS::Lambda::Function").values()
        for name in function["Environment"]["Variables"]
    }

    known = {name.upper() for name in Settings.model_fields}
    assert variables - known == {
        "POWERTOOLS_SERVICE_NAME",
        "POWERTOOLS_METRICS_NAMESPACE",
        "AWS_ENDPOINT_URL_DYNAMODB",
    }


def test_the_page_of_permissions_is_current() -> None:
    assert permissions.page() == permissions.PAGE.read_text(encoding="utf-8"), "run `make docs`"


def test_the_page_of_permissions_has_the_table_of_each_functions_role() -> None:
    (sweep,) = (row for row in permissions.statement_rows() if "UNFINISHED" in row)

    assert sweep == (
        "| `sweep_turns` | `dynamodb:Query` | `Table/index/chats_by_user` | `DELETED`, `UNFINISHED#*` |  |"
    )
