#!/usr/bin/env python3
"""A runbook: opens a ticket. Gets the event as JSON on stdin, writes TICKETS_FOLDER/ID.json.

usage: open_ticket.py TICKETS_FOLDER

Safe to repeat: the ticket's name is the delivery's id, and a ticket that is there stays.
"""
import json
import os
import pathlib
import sys


def main():
    folder = pathlib.Path(sys.argv[1])
    event = json.load(sys.stdin)
    ticket = folder / f"{os.environ['TIDEMARK_DELIVERY_ID']}.json"
    try:
        with open(ticket, "x", encoding="utf-8") as out:
            json.dump(event, out, indent=1)
    except FileExistsError:
        print(f"ticket {ticket.name} is open already")
        return
    print(f"opened ticket {ticket.name}")


if __name__ == "__main__":
    main()
