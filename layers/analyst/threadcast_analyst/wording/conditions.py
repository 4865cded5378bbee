"""Conditions in words."""

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.number_format import figure, joined
from threadcast_analyst.series import Condition, Filters

__all__ = ["condition_told", "having_told"]


def condition_told(condition: Condition, measure: Column) -> str:
    """A condition as it stands after "was": "above 30 °C", "above zero", "above the average of 4.5 mm"."""
    is_zero = condition.value == 0 and measure.suffix[1:2] != "°"
    value = "zero" if is_zero else figure(condition.value, measure, 2)
    if condition.of_mean:
        value = f"the average of {value}" if condition.value else "average"
    match condition.relation:
        case "between":
            return f"between {value} and {figure(condition.upper, measure, 2)}"
        case "exactly":
            return value
        case relation:
            return f"{relation} {value}"


def having_told(filters: Filters) -> str:
    """What the cells of rows that count must be: "precipitation above zero"; empty where nothing."""
    told = [f"{column.label} {condition_told(condition, column)}" for column, condition in filters.having]
    return joined(told)
