"""Makes the database and a survey from texts and choices given as JSON; prints the keys that a form needs."""

import json
import sys

import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

from survey.models import Question, Survey  # noqa: E402  # Models exist only after the setup.

given = json.loads(sys.argv[1])
survey = Survey.objects.create(
    name="Benchmark",
    description="",
    is_published=True,
    need_logged_user=False,
    editable_answers=False,
    display_method=Survey.ALL_IN_ONE_PAGE,
)
radio = {"survey": survey, "required": False, "type": Question.RADIO, "choices": ",".join(given["choices"])}
questions = [Question.objects.create(text=text, order=order, **radio) for order, text in enumerate(given["texts"])]
Question.objects.create(survey=survey, text="Comment", order=99, required=False, type=Question.TEXT)
choice, _label = questions[0].get_choices()[2]
print(json.dumps({"survey": survey.pk, "questions": [question.pk for question in questions], "choice": choice}))
