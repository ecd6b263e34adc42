"""The one sheet of a plan that a person wrote: a row per contribution."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from inzet.schema.kinds import CHOICE, MonthCell, Text, parse_choice
from inzet.schema.rows import Row, col


class Decided(StrEnum):
    """What a row of a plan says of its mission."""

    IN = "in"
    OUT = "out"


_Decided = Annotated[Decided, BeforeValidator(parse_choice), CHOICE]


class Planned(Row):
    """A contribution of a plan: an option of a mission, from its first to its last month abroad within the plan.

    A row that starts in the first month of the plan with the option that runs then is the running contribution,
    going on.
    """

    sheet = "Plan"
    key = ("mission", "option", "start")
    needs_basis = False

    # Names are looked up, so any text will do here: what is no mission is answered with the one that is meant.
    mission: Text = col("Mission.", ref="Missions.mission")
    option: Text = col("Option of that mission.", ref="Options.option")
    start: MonthCell = col("First month abroad within the plan; of what runs already, the first month of the plan.")
    end: MonthCell = col("Last month abroad within the plan.")
    decision: _Decided = col("in; a row that says out is skipped.", default=Decided.IN)
