"""The only room with raw answers: ballots, boxes, opening, erasing."""
