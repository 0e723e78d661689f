"""Every idea of the practice has a test that holds the product to it, or is named as not built yet."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEARNING, WEB, INSIGHT = "tests/learning", "tests/web", "tests/services/insight"
KEEPING = "tests/services/delegation/test_keeping.py"
HELPING, HANDING = f"{LEARNING}/test_helping.py", f"{LEARNING}/test_handing_over.py"
RUNNING, REVIEWING = f"{LEARNING}/test_running.py", f"{LEARNING}/test_reviewing.py"
TERMS, PAGES = f"{LEARNING}/test_terms.py", f"{WEB}/test_delegations.py"
COURSE = f"{WEB}/test_course.py::test_the_two_see_the_cycles_with_the_dip_to_be_expected"

# From the articles "Why good leaders sometimes let their own people fail" (F) and "Responsibility by design" (R).
PRACTICE = (
    "F01 quiet fixing by the manager is on record",
    "F02 small misses reach decisions, and an event says so",
    "F03 restraint is shown, never zero errors, and urges are private",
    "F04 confidence is held against what came, for the owner only",
    "F05 autonomy and competence rise together",
    "F06 waiting for the manager is measured",
    "F07 the owner is the one who ships, and help stays between the two",
    "F08 the owner's diagnosis comes before any hint",
    "F09 errors are never a target",
    "F10 telling is related to safety, with interval and n",
    "F11 the bar: outcome, deadline, minimum, range, triggers; changes are kept",
    "F12 the blast radius has a light",
    "F13 questions from a bank, decisions in a log, no editing of lines",
    "F14 the correction is its owner's",
    "F15 a review is short, blame-free and ends with a change",
    "F16 a checklist of one page stands before the delivery",
    "F17 two checkpoints, and a third one counts",
    "F18 a crossed trigger starts an hour",
    "F19 the correction is due on the same local day",
    "F20 cycles are charted with the dip to be expected",
    "F21 a dip raises no alarm until it should be over",
    "F22 three guardrail questions with required answers",
    "F23 error trend, time to independence and rework stand together",
    "F24 bound, final or risky work is piloted and released first",
    "F25 the brief is filled in from what was agreed",
    "F26 a missed window takes a note and a new time",
    "F27 the review's order goes into a calendar",
    "F28 coaching works without a language model",
    "R01 three steps on every delegation, and a record of the bar",
    "R02 a private look in the mirror before the start",
    "R03 the right task, a contained risk, expectations in own words",
    "R04 four signals of hovering, with the owners' view beside them",
    "R05 ownership, ideas and guardedness are asked about",
    "R06 two outcomes and no failure",
    "R07 stepping back is not stepping away",
    "R08 questions rather than corrections; process apart from outcome",
    "R09 experts are slowed down: wait, ask one question",
    "R10 problems come forward sooner, with time and options left",
    "R11 what surfaces late is seen as such",
    "R12 what we changed comes first, counts second",
    "R13 the way after a miss, in its order",
)
HELD: dict[str, tuple[str, ...]] = {
    "F01": (
        f"{HELPING}::test_either_of_the_two_logs_an_intervention",
        f"{HELPING}::test_a_rescue_takes_the_work_out_of_the_owners_hands",
    ),
    "F02": (f"{WEB}/test_reports.py::test_every_detail_is_kept",),
    "F03": (
        f"{HELPING}::test_nothing_measures_zero_errors",
        f"{PAGES}::test_what_is_private_is_on_nobody_elses_page",
    ),
    "F04": (
        f"{HELPING}::test_confidence_is_held_against_what_came",
        f"{KEEPING}::test_what_is_private_stays_with_its_author",
    ),
    "F05": (
        f"{LEARNING}/test_dips.py::test_autonomy_and_quality_are_looked_at_together",
        COURSE,
        f"{INSIGHT}/test_measuring_work.py::test_six_delegations_are_told_together",
    ),
    "F06": (
        f"{LEARNING}/test_restraint.py::test_waiting_for_the_delegator_is_measured",
        f"{INSIGHT}/test_measuring_work.py::test_six_delegations_are_told_together",
    ),
    "F07": (
        f"{RUNNING}::test_nothing_in_a_cycle_can_be_edited_by_the_delegator",
        f"{KEEPING}::test_what_is_private_stays_with_its_author",
    ),
    "F08": (
        f"{RUNNING}::test_the_owner_looks_first",
        f"{PAGES}::test_a_cycle_from_start_to_close",
    ),
    "F09": (f"{HELPING}::test_nothing_measures_zero_errors",),
    "F10": (
        "tests/services/insight/test_relating.py::test_the_relation_is_that_of_the_statistics_with_an_effect_for_every_wave",
    ),
    "F11": (
        f"{HANDING}::test_a_bar_changes_only_by_agreement_and_between_cycles",
        f"{TERMS}::test_every_gap_is_named_at_its_field",
    ),
    "F12": (f"{TERMS}::test_the_light_follows_how_well_a_miss_is_contained",),
    "F13": (
        f"{RUNNING}::test_nothing_in_a_cycle_can_be_edited_by_the_delegator",
        f"{HELPING}::test_a_decision_keeps_what_it_was_made_of",
    ),
    "F14": (f"{HELPING}::test_a_correction_by_somebody_else_is_a_rescue",),
    "F15": (
        f"{REVIEWING}::test_a_review_ends_with_a_change_or_with_none_on_purpose",
        f"{LEARNING}/test_wording.py::test_words_that_look_for_a_culprit_get_a_hint",
    ),
    "F16": (
        f"{RUNNING}::test_nothing_goes_out_before_the_checklist",
        f"{PAGES}::test_the_checklist_is_a_page_to_print",
    ),
    "F17": (
        f"{RUNNING}::test_a_cycle_has_two_checkpoints",
        f"{HELPING}::test_restraint_and_presence_stand_side_by_side",
    ),
    "F18": (
        f"{RUNNING}::test_a_crossed_trigger_starts_a_clock_of_an_hour",
        "tests/services/delegation/test_reminding.py::test_the_hour_runs_by_mail",
    ),
    "F19": (f"{REVIEWING}::test_the_correction_is_due_at_the_end_of_the_local_day",),
    "F20": (
        COURSE,
        f"{INSIGHT}/test_measuring_work.py::test_the_dip_is_told_by_distance_from_the_rise",
        "tests/charts/test_cycles.py::test_the_expected_dip_is_one_stretch_for_each_rise",
    ),
    "F21": (f"{LEARNING}/test_dips.py::test_a_dip_raises_no_alarm_until_it_should_be_over",),
    "F22": (
        f"{HANDING}::test_an_offer_stops_at_the_first_gate",
        f"{TERMS}::test_every_gap_is_named_at_its_field",
    ),
    "F23": (
        f"{WEB}/test_course.py::test_error_trend_time_to_independence_and_rework_stand_together",
        f"{WEB}/test_team_learning.py::test_figures_come_with_their_interval_or_say_what_is_missing",
    ),
    "F24": (
        f"{LEARNING}/test_machine.py::test_no_sequence_of_steps_gets_past_a_gate",
        f"{PAGES}::test_guarded_work_does_not_go_live_by_any_form",
    ),
    "F25": ("tests/services/delegation/test_reminding.py::test_an_offer_carries_the_brief_in_the_readers_language",),
    "F26": (f"{RUNNING}::test_a_missed_window_takes_a_note_and_a_new_time",),
    "F27": (f"{PAGES}::test_review_and_checkpoints_go_into_a_calendar",),
    "F28": (
        f"{LEARNING}/test_coaching.py::test_a_rule_speaks_when_the_whole_interval_lies_beyond",
        f"{LEARNING}/test_coaching.py::test_no_network_and_no_model_stand_behind_it",
        f"{WEB}/test_suggestions.py::test_an_answered_suggestion_is_held_against_its_measure",
    ),
    "R01": (
        f"{LEARNING}/test_machine.py::test_no_sequence_of_steps_gets_past_a_gate",
        f"{HANDING}::test_a_bar_changes_only_by_agreement_and_between_cycles",
    ),
    "R02": (
        f"{HANDING}::test_an_offer_needs_the_right_people",
        f"{PAGES}::test_what_is_private_is_on_nobody_elses_page",
    ),
    "R03": (
        f"{PAGES}::test_the_right_task_comes_first",
        f"{HANDING}::test_a_copy_is_no_acceptance",
    ),
    "R04": (
        f"{LEARNING}/test_restraint.py::test_stepping_in_is_timed_against_the_next_agreed_moment",
        f"{LEARNING}/test_restraint.py::test_questions_are_told_from_corrections",
        f"{WEB}/test_team_learning.py::test_what_is_noted_stands_beside_what_people_say",
        "tests/questions/test_shipped.py::test_each_way_of_not_letting_go_is_asked_about",
    ),
    "R05": (
        "tests/questions/test_shipped.py::test_what_fear_takes_away_is_asked_about",
        f"{WEB}/test_course.py::test_confidence_and_competence_are_for_the_owner_alone",
    ),
    "R06": (f"{HANDING}::test_it_ends_as_one_of_two_and_never_as_failed",),
    "R07": (f"{HELPING}::test_few_rescues_with_slow_answers_read_as_absent",),
    "R08": (f"{REVIEWING}::test_process_and_outcome_are_judged_apart",),
    "R09": (f"{PAGES}::test_the_pause_is_for_whoever_wants_to_step_in",),
    "R10": (
        f"{WEB}/test_reports.py::test_every_detail_is_kept",
        f"{INSIGHT}/test_measuring.py::test_times_to_notice_and_to_tell_leave_out_what_is_recent",
        f"{INSIGHT}/test_measuring.py::test_time_and_ways_out_that_were_left_are_told",
    ),
    "R11": (f"{LEARNING}/test_outcomes.py::test_what_surfaces_late_is_counted",),
    "R12": (
        f"{WEB}/test_team_learning.py::test_what_changed_comes_first_and_counts_second",
        f"{HELPING}::test_restraint_and_presence_stand_side_by_side",
    ),
    "R13": (f"{REVIEWING}::test_after_a_miss_the_way_is_gone_in_order",),
}
NOT_BUILT_YET: set[str] = set()


def there(test: str) -> bool:
    """Tell whether a test is where the table says."""
    path, _, name = test.partition("::")
    return re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE) is not None


def test_every_idea_is_held_or_named_as_missing() -> None:
    """One of both, and never neither."""
    ideas = {row.partition(" ")[0] for row in PRACTICE}
    assert len(ideas) == len(PRACTICE) == 41
    assert ideas - HELD.keys() == NOT_BUILT_YET
    assert HELD.keys() <= ideas


@pytest.mark.parametrize("idea", HELD)
def test_the_tests_of_an_idea_are_there(idea: str) -> None:
    """Under the names of the table."""
    assert [test for test in HELD[idea] if not there(test)] == []


def test_a_name_that_is_gone_is_noticed() -> None:
    """The table does not take a test on trust."""
    assert not there(f"{HELPING}::test_that_nobody_wrote")
