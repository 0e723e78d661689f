"""Building an instrument from the tables of its file, part by part."""

import re
from collections.abc import Sequence

from surveyapp.questions.instrument import Instrument, Item, Scale
from surveyapp.questions.table import MISSING, Table
from surveyapp.questions.tags import well_formed

DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
FEWEST_POINTS, MOST_POINTS = 2, 11
LATEST_VERSION = 9999
LONGEST_ITEM = 300
LONGEST_TITLE = 200


def build(top: Table) -> Instrument:
    """Read the whole file; the result is good only if nothing was noted on the way."""
    languages = _languages(top)
    points = top.whole("points", FEWEST_POINTS, MOST_POINTS)
    scale_tables, item_tables = top.tables("scales", "scale"), top.tables("items", "item")
    items = tuple(_item(table, languages) for table in item_tables)
    scales = tuple(_scale(table, languages, points, items) for table in scale_tables)
    instrument = Instrument(
        key=top.key("key"),
        version=top.whole("version", 1, LATEST_VERSION),
        title=top.texts("title", languages, longest=LONGEST_TITLE),
        languages=languages,
        points=points,
        anchors=top.lists("anchors", languages, points),
        scales=scales,
        items=items,
        licence=top.text("licence"),
        citation=top.text("citation"),
        introduction=top.texts("introduction", languages),
    )
    _note_repeats([*zip(scale_tables, scales, strict=True), *zip(item_tables, items, strict=True)])
    _note_strays(item_tables, items, [scale.key for scale in scales])
    for table in (top, *scale_tables, *item_tables):
        table.finish()
    return instrument


def _languages(top: Table) -> tuple[str, ...]:
    accepted: dict[str, str] = {}
    for tag in top.words("languages"):
        if not well_formed(tag):
            top.note("languages", tag, 'language tags such as "en", "pt-BR" or "az-Arab"')
        elif tag.lower() in accepted:
            top.note("languages", tag, "each language once")
        else:
            accepted[tag.lower()] = tag
    return tuple(accepted.values())


def _item(table: Table, languages: Sequence[str]) -> Item:
    if not table.has("doi") and not table.has("note"):
        table.note("doi", MISSING, "the DOI of the literature behind the item, or a note that names it")
    return Item(
        key=table.key("key"),
        scale=table.key("scale"),
        text=table.texts("text", languages, longest=LONGEST_ITEM),
        reverse=table.flag("reverse"),
        construct=table.text("construct"),
        doi=_doi(table),
        note=table.text("note") if table.has("note") else "",
    )


def _doi(table: Table) -> str:
    doi = table.text("doi") if table.has("doi") else ""
    if doi and not DOI.fullmatch(doi):
        table.note("doi", doi, "a DOI alone, such as 10.2307/2666999")
    return doi


def _scale(table: Table, languages: Sequence[str], points: int, items: Sequence[Item]) -> Scale:
    key = table.key("key")
    members = tuple(item.key for item in items if item.scale == key)
    if key and not members:
        table.note("items", MISSING, f'at least one item with scale = "{key}"')
    return Scale(
        key=key,
        name=table.texts("name", languages, longest=LONGEST_TITLE),
        description=table.texts("description", languages),
        items=members,
        # Without a valid number of points the widest limit stands in, so that one mistake is noted once.
        favourable_from=table.whole("favourable_from", 2, points or MOST_POINTS),
        reading=table.texts("reading", languages),
    )


def _note_repeats(parts: Sequence[tuple[Table, Scale | Item]]) -> None:
    """Note keys and item texts that are there twice; released figures are told apart by key, whatever they are of."""
    seen: set[object] = set()
    for table, part in parts:
        if part.key and part.key in seen:
            table.note("key", part.key, "a key that no other scale or item has")
        seen.add(part.key)
        for tag, text in (part.text if isinstance(part, Item) else {}).items():
            if text and (tag, text) in seen:
                table.note(f"text.{tag}", text, "a text that no other item has")
            seen.add((tag, text))


def _note_strays(tables: Sequence[Table], items: Sequence[Item], scales: Sequence[str]) -> None:
    """Note items of a scale that the file does not have."""
    for table, item in zip(tables, items, strict=True):
        if item.scale and item.scale not in scales:
            table.note("scale", item.scale, f"the key of a scale in this file: {', '.join(filter(None, scales))}")
