"""What is told in the demo organisation, and what reviews make of it. All of it is made up."""

WHAT_HAPPENED = {
    "error": (
        "A price was changed in one system and not in the other; customers saw both.",
        "An order was packed with the label of the one before it.",
        "The nightly job ran twice and sent every confirmation twice.",
        "A contract was renewed under last year's terms.",
        "A valve was closed by the old drawing and the line stood still for an hour.",
        "The figures in the weekly report were those of the month before.",
        "A certificate ran out on Sunday and the partner's connection broke.",
        "A claim was paid to a closed account.",
        "The wrong version was rolled out to one site.",
        "A delivery for the afternoon was promised for the morning.",
        "A test was switched off for a day and stayed off for three weeks.",
        "Two people answered the same request differently.",
    ),
    "near_miss": (
        "The truck was about to leave when somebody saw that the load was not secured.",
        "A script would have deleted live records; the dry run showed it.",
        "A colleague noticed the wrong currency minutes before the invoices went out.",
        "The backup had not run for a week; it was seen while nothing was lost.",
        "A ladder stood in the way of the emergency exit; nobody had to use it.",
        "The discount was set to 80 instead of 8 per cent and was stopped at the last check.",
        "The hand-over note said nothing about the open valve; the next shift asked.",
        "An address list with private numbers nearly went to all partners.",
    ),
    "good_catch": (
        "The supplier's parts were two millimetres off; they were measured before they were built in.",
        "A strange pattern in the returns led to a mistake in the manual.",
        "Somebody asked why the total was so round, and it was indeed a placeholder.",
        "A new colleague found a step in the checklist that could not work.",
        "The alarm had been silent for too long; the sensor was dirty.",
        "A customer's remark was followed up and showed a gap in the test plan.",
    ),
    "unsafe_condition": (
        "The light over the loading ramp has been out since the storm.",
        "Three people share one key card, and nobody knows who has it at night.",
        "The emergency contact on the door is somebody who left last year.",
        "Two tools use the same port, and whichever starts first wins.",
        "The return shelf is so full that boxes stand on the way out.",
        "The rule for refunds is written in two places, with two limits.",
    ),
    "help_request": (
        "How do others test a change when the partner's system is only there at night?",
        "We do not understand why the forecast jumps in the last week of a month. Has anybody looked at it?",
        "Could somebody sit in when we talk to the supplier for the first time?",
        "The second shift needs a hand with the new scanners.",
    ),
    "idea": (
        "Put the last three mistakes on the first page of the hand-over.",
        "Let whoever finds a gap in the checklist write the line that is missing.",
        "Ship to the two stores next door first, and to all others the day after.",
        "Read the note to a colleague before it goes to the customer.",
        "Keep fifteen minutes free after every release, whether anything happened or not.",
    ),
}
SURPRISES = (
    "Everybody thought that the other side checks it.",
    "The warning had been there for months and meant nothing until then.",
    "It had worked like this for two years.",
    "The test data are older than the rule.",
)
BARRIERS = (
    "the second look before it goes out",
    "a dry run",
    "the limit in the system",
    "the question of a new colleague",
)
# What a review finds, and what changes: the part of it that is about the way of working.
FINDINGS = (
    (
        "The change is in all systems on the same day.",
        "The list of systems is two years old, and the new one is not on it.",
        "The first call was answered within ten minutes.",
        "Nobody compared the two prices afterwards.",
        ("Read the list of systems from the register", "the release desk"),
    ),
    (
        "Every order leaves with its own label.",
        "Labels come out in the order of printing, orders in the order of packing.",
        "The mistake was said at once, and the van waited.",
        "The check looks at the count and not at the name.",
        ("Scan the label against the order before the box is closed", "the packing table"),
    ),
    (
        "What we write down is what the next shift needs.",
        "The form asks for what is finished and not for what is open.",
        "The next shift asked.",
        "The form has no field for a doubt.",
        ("Begin the hand-over with what is open", "the early shift"),
    ),
    (
        "Figures are those of this month.",
        "The export keeps the old file when the new one fails.",
        "Finance had a corrected page the same day.",
        "A failed export looks like a good one.",
        ("Let the export fail loudly", "the data desk"),
    ),
    (
        "Certificates are renewed a month before they end.",
        "The reminder goes to an address that nobody reads.",
        "The partner could be reached on a Sunday.",
        "There was one reminder and no second one.",
        ("Send the reminder to the team and to the person on call", "the person on call"),
    ),
    (
        "A test that is switched off comes back the day after.",
        "Switching off takes a minute, and nothing remembers it.",
        "Somebody wondered about the silence.",
        "Three weeks went by.",
        ("Show what is switched off in the Monday meeting", "the Monday meeting"),
    ),
)
FURTHER = (
    ("Try it with one case first", "whoever goes first"),
    ("Add the question to the checklist", "the checklist"),
    ("Ask the neighbouring team how they do it", "the coordinator"),
)
# What a steward is told, the answer, what comes back, and the words that the team reads.
TALKS = (
    (
        "unsafe_condition",
        "Petra signs the night checks in the morning because there is nobody else. I do not dare to say it.",
        "Thank you for telling. Nobody will ask who it was. How often does it happen?",
        "About twice a week, since spring.",
        "Night checks are sometimes signed in the morning, for want of a second person at night.",
    ),
    (
        "error",
        "I sent a customer the offer of another one and asked for it back. Nobody knows yet.",
        "Thank you. The customer has to know; shall I take that on without your name?",
        "Yes, please. I should have a second pair of eyes for offers.",
        "An offer went to the wrong customer and was asked back the same day. The customer was told.",
    ),
    (
        "near_miss",
        "We nearly shipped with last month's price list, and were told to keep quiet about it.",
        "Thank you. Being told to keep quiet is a matter for me, whatever came of it.",
        "It was said in the heat of the moment. The list should have a date on it.",
        "A delivery nearly went out with last month's price list; the list has no date on it.",
    ),
    (
        "unsafe_condition",
        "The new targets make us skip the second count. Everybody does it, and everybody knows.",
        "Thank you. What would you need to do the count again?",
        "Ten minutes more for each truck.",
        "The second count is skipped when trucks come close together.",
    ),
    (
        "error",
        "I overwrote the test results and put in what I remembered. They may be wrong.",
        "Thank you for saying so. Which ones are they, so that the tests can be run again?",
        "Those of the week before last.",
        "Some test results were overwritten by hand; they were run again.",
    ),
    (
        "help_request",
        "I am not up to the new system and nobody has time. I pretend, and that will end badly.",
        "Thank you. Others have said the same. Would an hour with somebody from another team help?",
        "Very much.",
        "Not everybody is at home in the new system yet. An hour with somebody from another team can be asked for.",
    ),
)
