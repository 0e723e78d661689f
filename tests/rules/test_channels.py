"""Every rule of publishing in every channel: a table of the tests that hold it, or of why there is nothing to hold.

A channel that carries no figure at all is held by one test for all rules; that it carries none is read from what its
modules import.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = tuple(f"R{number}" for number in range(1, 17))
ATTACKS, RESULTS = "tests/attacks/test_release_rules.py", "tests/services/results"
SILENCE = "tests/attacks/test_silence.py::test_nothing_changes_with_an_answer_or_a_reminder"
WITNESS = "tests/attacks/test_witness.py::test_everything_reads_the_same_when_somebody_answered_differently"
SCRAPED = "tests/attacks/test_scraped.py::test_no_cell_of_any_file_gives_an_answer_away"
SAME_STRINGS = "tests/web/test_results.py::test_the_file_has_the_strings_of_the_page"
TEAM_STRINGS = "tests/web/test_team.py::test_the_file_has_the_strings_of_the_page"
NO_NUMBER = "tests/web/test_team.py::test_low_is_said_without_a_number"
WHY_NOT = "tests/web/test_team.py::test_a_wave_without_a_number_says_why_and_what_to_do_instead"
BELOW = "tests/web/test_team.py::test_the_page_of_a_higher_unit_puts_together_what_is_below"
CLASSES = "tests/web/test_classes.py::test_everybody_reads_the_same_classes"
WORDS = "tests/web/test_words.py"
FROM_ROWS = f"{ATTACKS}::test_r16_statistics_start_from_released_figures"
CHARTS = "tests/charts/test_trend.py"
NO_FIGURE = "tests/rules/test_channels.py::test_a_channel_without_figures_never_reaches_them"
NO_COUNT = "tests/attacks/test_silence.py::test_neither_log_nor_doctor_counts_reminders"
KEPT_BY_NOBODY = "tests/web/test_headers.py::test_nobody_keeps_what_is_not_marked"


def rule(number: int, name: str) -> str:
    """Name the test of a rule."""
    return f"{ATTACKS}::test_r{number}_{name}"


ON_PAGES = {
    "R1": (rule(1, "publish_once"), SILENCE),
    "R2": (rule(2, "waves_do_not_overlap"),),
    "R3": (rule(3, "groups_come_from_rosters_and_stay_for_a_quarter"),),
    "R4": (rule(4, "each_answer_enters_one_number"), BELOW),
    "R5": (rule(5, "what_is_withheld_follows_from_counts"), WHY_NOT),
    "R6": (rule(6, "both_ends_are_coded"), NO_NUMBER),
    "R7": (rule(7, "one_person_is_in_no_number"),),
    "R8": (rule(8, "numbers_lie_on_the_grid"),),
    "R9": (rule(9, "no_spread_of_a_group"), WITNESS),
    "R10": (
        rule(10, "nobody_is_sorted_by_who_they_are"),
        rule(10, "results_by_an_attribute_are_a_wave_of_their_own"),
        CLASSES,
    ),
    "R11": (
        rule(11, "comments_need_eight_people_and_three_writers"),
        f"{WORDS}::test_team_and_manager_read_the_same_words",
    ),
    "R12": (rule(12, "participation_is_a_count_after_the_close"),),
    "R13": (rule(13, "a_manager_counts_one_level_up"), rule(13, "the_roster_is_locked_at_opening")),
    "R14": (rule(14, "the_past_is_not_rewritten"),),
    "R15": (
        rule(15, "every_channel_shows_the_released_text"),
        "tests/web/test_results.py::test_the_team_sees_what_its_manager_sees",
    ),
    "R16": (FROM_ROWS,),
}
# A file has the strings of the page that it is downloaded from; what may be on that page may be in it.
IN_FILES = dict.fromkeys(RULES, (SAME_STRINGS, TEAM_STRINGS)) | {
    "R1": (SILENCE,),
    "R6": (SCRAPED,),
    "R8": (SCRAPED,),
    "R9": (WITNESS, SCRAPED),
    "R10": (CLASSES,),
    "R11": (f"{WORDS}::test_the_file_has_themes_and_no_comments",),
}
# A chart draws what the page says; it is given texts and bands, and no answers.
IN_CHARTS = dict.fromkeys(RULES, ("tests/rules/test_channels.py::test_charts_are_given_what_is_shown",)) | {
    "R1": (SILENCE,),
    "R5": (f"{CHARTS}::test_a_gap_says_why",),
    "R6": (f"{CHARTS}::test_a_coded_number_is_known_as_such", NO_NUMBER),
    "R14": (f"{CHARTS}::test_a_reorganisation_breaks_the_line",),
}
# What is stored beside releases follows from them, and no browser or proxy keeps a page.
IN_CACHES = dict.fromkeys(RULES, (FROM_ROWS, KEPT_BY_NOBODY)) | {
    "R1": (SILENCE, KEPT_BY_NOBODY),
    "R15": ("tests/attacks/test_pages_cannot_read.py::test_t7_results_are_read_without_any_vault",),
}
# A report is made of release rows, of teams that its reader may see, and of counts of the log.
OWN_ROWS = "tests/web/test_handed_over.py::test_a_coach_of_one_team_gets_the_rows_of_one_team"
HANDED_OVER = "tests/test_report_command.py::test_the_inputs_are_released_rows_and_counts"
NOT_TOLD = "tests/attacks/test_hidden_reports.py::test_a_report_to_a_steward_was_counted_in_figures_of_the_team"
IN_REPORTS = dict.fromkeys(RULES, (HANDED_OVER, WITNESS)) | {
    "R1": (SILENCE,),
    "R13": (OWN_ROWS, rule(13, "a_manager_counts_one_level_up")),
    "R15": ("tests/test_report_command.py::test_the_page_offers_the_bytes_of_the_command",),
    "R16": (FROM_ROWS, "tests/test_report_command.py::test_the_notebook_computes_the_figures_of_the_report"),
}
# Pages that compare read what the worker made of release rows and of the log, and keep it as analyses.
IN_COMPARISONS = dict.fromkeys(RULES, (FROM_ROWS, WITNESS)) | {
    "R1": (SILENCE,),
    "R5": ("tests/services/results/test_side_by_side.py::test_what_is_hidden_has_its_reason",),
    "R12": (NOT_TOLD, WITNESS),
    "R13": (
        "tests/web/test_side_by_side.py::test_teams_of_others_cannot_be_named",
        "tests/web/test_side_by_side.py::test_a_manager_is_no_coach",
    ),
    "R14": (
        rule(14, "the_past_is_not_rewritten"),
        "tests/services/insight/test_comparing.py::test_a_withheld_number_is_a_gap_and_no_zero",
    ),
    "R15": (f"{RESULTS}/test_side_by_side.py::test_figures_and_bands_are_those_of_the_page_of_the_team",),
}
TABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "reports and their inputs": IN_REPORTS,
    "map, relation, before and after": IN_COMPARISONS,
    "pages": ON_PAGES,
    "files": IN_FILES,
    "charts": IN_CHARTS,
    "caches": IN_CACHES,
    "mails": dict.fromkeys(RULES, (NO_FIGURE,)),
    "interface": dict.fromkeys(RULES, (NO_FIGURE,)),
    "alerts and logs": dict.fromkeys(RULES, (NO_FIGURE, NO_COUNT)),
}
# Which modules make what goes out by a channel that has no figures.
WITHOUT_FIGURES = {
    "mails": ("surveyapp/mail/*.py", "surveyapp/services/deliveries.py", "surveyapp/web/password_mail.py"),
    "interface": ("surveyapp/web/api/*.py",),
    "alerts and logs": ("surveyapp/services/installation/health.py", "surveyapp/web/logs.py"),
}
FIGURES = (
    "surveyapp.store.releases",
    "surveyapp.services.results",
    "surveyapp.privacy.outcome",
    "surveyapp.vault.opening",
)


def names_in(path: Path) -> set[str]:
    """Return the names of the tests of a file."""
    return {each.name for each in ast.parse(path.read_text()).body if isinstance(each, ast.FunctionDef)}


def imports_of(path: Path) -> set[str]:
    """Return what a module imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


@pytest.mark.parametrize("channel", TABLE)
def test_every_rule_is_held_in_every_channel(channel: str) -> None:
    """Each cell of the table names tests, and all of them exist."""
    assert tuple(TABLE[channel]) == RULES
    for each in {test for tests in TABLE[channel].values() for test in tests}:
        path, _, name = each.partition("::")
        assert name in names_in(ROOT / path), each


@pytest.mark.parametrize("channel", WITHOUT_FIGURES)
def test_a_channel_without_figures_never_reaches_them(channel: str) -> None:
    """Mails, the interface for machines, alerts and logs know no release, no figure and no box."""
    modules = [path for pattern in WITHOUT_FIGURES[channel] for path in ROOT.glob(pattern)]
    assert modules
    for path in modules:
        assert not [each for each in imports_of(path) if each.startswith(FIGURES)], path


def test_charts_are_given_what_is_shown() -> None:
    """No chart knows the database, answers or anything but outcomes; pages give it what they say themselves.

    How a language writes a sign says nothing about anybody.
    """
    known = ("surveyapp.charts.", "surveyapp.privacy.outcome.", "surveyapp.languages.")
    for path in (ROOT / "surveyapp/charts").glob("*.py"):
        foreign = {each for each in imports_of(path) if each.startswith("surveyapp.")}
        assert all(each.startswith(known) for each in foreign), path
