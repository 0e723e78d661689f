"""Questions to start from at the two checkpoints, by kind of task: how somebody thinks, not for a better line."""

QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "report": (
        ("What is different from last time?", "Which number surprised you, and what did you do about it?"),
        (
            "What would the most critical reader ask first?",
            "Which line are you least sure of, and how did you test it?",
        ),
    ),
    "decision": (
        ("Which options are still open?", "What would have to be true for the other option to win?"),
        ("Who will disagree, and with what right?", "How will you notice early that it was the wrong choice?"),
    ),
    "project": (
        ("What has turned out differently from the plan?", "What is the smallest thing you could try next?"),
        ("What would stop this on the first day of use?", "How do you take it back if it does?"),
    ),
    "customer": (
        ("What does the customer need that nobody has said?", "What have you promised so far, and to whom?"),
        ("What will the customer ask that we cannot answer yet?", "What do you do if the answer is no?"),
    ),
    "hiring": (
        ("What did you see, and what did you conclude from it?", "What would change your mind?"),
        ("Which risk are you taking on purpose?", "What would somebody who was not there question?"),
    ),
    "other": (
        ("What have you noticed so far?", "What are you choosing between?"),
        ("What would you look at once more if you had another day?", "How will we see that it went well?"),
    ),
}


def questions_for(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the questions for the middle of a cycle and for the look before it goes out."""
    return QUESTIONS.get(kind, QUESTIONS["other"])
