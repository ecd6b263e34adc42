from pathlib import Path

import pytest
from matplotlib.figure import Figure

from inzet.errors import OutputError
from inzet.outcome import Limit, Status
from inzet.reports.figures import FIGURES, write_figures
from inzet.reports.figures.canvas import caption_of, ink_on, shortened, width_of, wrapped

from .conftest import CROWDED, Told, check_readable, texts


def drawn(name: str, told: Told) -> Figure:
    return FIGURES[name](told.tables, told.ledger.scenario, caption_of(told.solution, told.tables))


@pytest.fixture(params=["told", "short", "nothing"])
def plan(request: pytest.FixtureRequest) -> Told:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("name", FIGURES)
def test_no_words_are_cut_off_or_stand_on_others(plan: Told, name: str):
    check_readable(drawn(name, plan))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_what_it_rests_on(plan: Told, name: str):
    words = " ".join(text.get_text() for text in texts(drawn(name, plan)))
    assert plan.ledger.scenario.content_hash[:12] in words
    assert "scenario base" in words
    assert "assumed" in words
    assert "proven" in words or "best found" in words


def test_the_timeline_has_every_mission(told: Told):
    words = [text.get_text() for text in texts(drawn("timeline", told))]
    assert "EUFOR Althea" in words
    assert "EU Partnership Mission Moldova" in words
    assert words.count("left out") == 2
    assert any("2 of 4 missions" in line for line in words)
    assert any(line.endswith("· 120") for line in words)


def test_a_missed_commitment_is_in_the_title(told: Told, short: Told):
    assert any("every commitment is kept" in t.get_text() for t in texts(drawn("readiness", told)))
    assert any("1 of 2 commitments are missed" in t.get_text() for t in texts(drawn("readiness", short)))


def test_the_same_plan_gives_the_same_bytes(told: Told, tmp_path: Path):
    first = write_figures(tmp_path / "a", told.solution, told.ledger, told.tables)
    second = write_figures(tmp_path / "b", told.solution, told.ledger, told.tables)
    assert {file.name for file in first} == {f"{name}.{kind}" for name in FIGURES for kind in ("png", "svg")}
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert b"<dc:date>" not in one.read_bytes()


def test_a_folder_that_cannot_be_written_is_said_in_words(told: Told, tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        write_figures(tmp_path / "taken", told.solution, told.ledger, told.tables)


def test_text_is_made_to_fit():
    cut = shortened(CROWDED, 2.0, 8)
    assert cut.endswith("…")
    assert width_of(cut, 8) <= 2.0
    assert shortened("A mission with a long name (ABC)", 1.5, 8).endswith("… (ABC)")
    assert shortened("short", 2.0, 8) == "short"
    lines = wrapped(CROWDED, 2.0, 8)
    assert " ".join(lines) == CROWDED
    assert all(width_of(line, 8) <= 2.0 for line in lines)


def test_words_can_be_read_on_their_colour():
    assert ink_on("#0072B2") == "white"
    assert ink_on("#F0E442") != "white"


def test_the_caption_does_not_call_a_plan_better_than_it_is(told: Told):
    from dataclasses import replace

    goals = (told.solution.goals[0], replace(told.solution.goals[1], bound=150.0, gap=0.5, proven=False))
    found = replace(told.solution, status=Status.FEASIBLE, limit=Limit.TIME, goals=goals)
    subtitle = caption_of(found, told.tables).subtitle
    assert "value best found, within 50.0% of the best" in subtitle
