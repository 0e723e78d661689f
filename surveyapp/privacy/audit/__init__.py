"""The attack: what somebody who reads everything ever published could work out about an answer."""
