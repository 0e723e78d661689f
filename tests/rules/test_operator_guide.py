"""The operator's guide is complete."""

import re
from pathlib import Path

import click
import pytest

from surveyapp.cli import main

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")

COMMANDS = sorted(set(re.findall(r"(?:^|`|bin/)surveyapp ([a-z]+(?: [a-z]+)*)", GUIDE, flags=re.MULTILINE)))


def test_every_setting_is_explained() -> None:
    """What can be set stands in the table, and nothing else does."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    settings = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, flags=re.MULTILINE))
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", GUIDE, flags=re.MULTILINE)) == settings


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_in_it_exists(words: str) -> None:
    """What the guide tells to type can be typed."""
    command: click.Command = main
    for word in words.split():
        if isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
        else:
            break
    assert not isinstance(command, click.Group)
