"""The example of settings is complete and tells the truth."""

import re

from surveyapp.settings import ROOT, Settings

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SECRET = {"SECRET_KEY": "k" * 32}


def example() -> dict[str, str]:
    """Read the settings of the example, those in comments too."""
    return dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))


def test_every_setting_is_in_the_example() -> None:
    """What the program reads can be found in one file, and nothing else is there."""
    source = (ROOT / "surveyapp" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'(?:env\.get\(|env, )"([A-Z_]+)"', source)) | set(SECRET)
    assert example().keys() == read


def test_the_example_states_the_defaults() -> None:
    """Taking the comments off changes nothing."""
    stated = {name: value.replace("instance", str(ROOT / "instance")) for name, value in example().items()}
    stated["INSTRUMENTS"] = str(ROOT / stated["INSTRUMENTS"])
    assert Settings.from_env(stated | SECRET) == Settings.from_env(SECRET)
