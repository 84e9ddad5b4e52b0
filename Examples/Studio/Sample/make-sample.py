#!/usr/bin/env python3
"""Makes the sample reports of Studio, the same bytes each time.

toggl-2025.csv     5 000 good rows of one year: 12 clients, 30 projects, 5 people, amounts in EUR
toggl-defects.csv  a few good rows, and one row for each defect that an import reports
toggl-defects.md   which line of toggl-defects.csv has which defect

Usage: python3 make-sample.py [FOLDER]     (the folder of this script by default)
"""

import csv
import datetime
import io
import pathlib
import random
import sys

ROWS = 5_000
HEADER = ["User", "Email", "Client", "Project", "Task", "Description", "Billable", "Start date", "Start time",
          "End date", "End time", "Duration", "Tags", "Amount (EUR)"]

PEOPLE = [("Ada Sommer", "ada@example.org"), ("Björn Lindqvist", "bjorn@example.org"),
          ("Chloé Martin", "chloe@example.org"), ("Dilan Yıldız", "dilan@example.org"),
          ("Eve O'Neill", "eve@example.org")]

# client -> projects with their rate in cents per hour
CLIENTS = {
    "Nordlicht GmbH": {"Webshop": 9500, "Lagerverwaltung": 10500, "Support": 8500},
    "Müller & Söhne": {"Angebotsrechner": 9000, "Website": 8500},
    "Baeckerei Ährensache": {"Bestellportal": 8000, "Kassenanbindung": 9250},
    "Café Zürich": {"Reservierungen": 8750, "Website": 8500},
    "Harbour, Finch and Co.": {"Claims API": 12500, "Data migration": 11500, "Monitoring": 11000},
    "Quercus Labs": {"Sensor gateway": 13500, "Dashboard": 12000, "Firmware review": 14500},
    "Atelier Lumière": {"Portfolio": 7750, "Newsletter": 7500},
    "Kranich Logistik": {"Routenplanung": 11250, "Fahrer-App": 10750, "Schnittstellen": 10250},
    "Smith \"Bricks\" Ltd": {"Price list": 9750, "Intranet": 9250},
    "Ångström Optik": {"Kalibrierung": 12750, "Laborbuch": 11750},
    "Verein Stadtgarten": {"Mitglieder": 6000, "Spenden": 6250},
    "Zenith Insurance": {"Fraud rules": 14000, "Reporting": 13000, "Audit": 12250},
}
INTERNAL = ["Buchhaltung"]  # without a client, never billable

TASKS = ["", "", "", "Development", "Testing", "Design", "Meetings", "Documentation"]
TAGS = ["backend", "frontend", "remote", "on site", "urgent", "bugfix", "planning", "review", "pairing"]
WORK = ["Import of orders", "Weekly call", "Code review", "Fix rounding of totals", "Prüfung der Abnahmekriterien",
        "Schema migration", "Search by name, city and street", "Write the \"getting started\" page",
        "Deploy to staging", "Überarbeitung der Startseite", "Login, logout and password reset",
        "Error handling", "Measure and tune queries", "Réunion de suivi", "PDF layout", "Specs for the next step",
        "Analyse von Ausreißern", "Release notes", "First aid after an outage", "Backup and restore, rehearsed",
        "Kick-off:\n- goals\n- people\n- dates", "Notes of the day\nOpen: prices, texts"]
DETAIL = ["", "", "", " (part 1)", " (part 2)", " – follow-up", ", with tests", " for the new tariff"]


class Dice:
    """Choices made from random() alone, which Python keeps the same in all versions."""

    def __init__(self, seed):
        self.source = random.Random(seed)

    def number(self, low, high):
        return low + int(self.source.random() * (high - low + 1))

    def one(self, items):
        return items[self.number(0, len(items) - 1)]

    def chance(self, share):
        return self.source.random() < share


def clock(seconds):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def euros(cents):
    return f"{cents // 100}.{cents % 100:02}"


def amount(seconds, rate):
    """The rate times the hours, rounded half up to the cent."""
    return (2 * seconds * rate + 3600) // 7200


def entry(dice, person, day, start, seconds):
    user, email = person
    begin = datetime.datetime(day.year, day.month, day.day) + datetime.timedelta(seconds=start)
    end = begin + datetime.timedelta(seconds=seconds)
    if dice.chance(0.04):
        client, project, rate, billable = "", dice.one(INTERNAL), 0, False
    else:
        client = dice.one(list(CLIENTS))
        project = dice.one(list(CLIENTS[client]))
        rate, billable = CLIENTS[client][project], dice.chance(0.9)
    tags = sorted({dice.one(TAGS) for _ in range(dice.number(0, 3))})
    return [user, email, client, project, dice.one(TASKS), dice.one(WORK) + dice.one(DETAIL),
            "Yes" if billable else "No", begin.date().isoformat(), begin.time().isoformat(),
            end.date().isoformat(), end.time().isoformat(), clock(seconds), ", ".join(tags),
            euros(amount(seconds, rate) if billable else 0)]


def workday(dice, person, day):
    """Three to six entries one after another, now and then one past midnight."""
    now = dice.number(7 * 3600, 10 * 3600)
    for _ in range(dice.number(3, 6)):
        seconds = dice.number(2, 36) * 300 if dice.chance(0.5) else dice.number(400, 9000)
        yield entry(dice, person, day, now, seconds)
        now += seconds + dice.number(0, 1800)
    if dice.chance(0.01):
        yield entry(dice, person, day, 23 * 3600 + dice.number(0, 1800), dice.number(3600, 7200))


def year(dice):
    day = datetime.date(2025, 1, 1)
    while day < datetime.date(2025, 12, 31):  # the last day stays free, so that nothing ends in the next year
        if day.weekday() < 5:
            for person in PEOPLE:
                if dice.chance(0.92):
                    yield from workday(dice, person, day)
        day += datetime.timedelta(days=1)


def good_rows():
    dice = Dice(2025)
    rows = list(year(dice))
    while len(rows) > ROWS:
        rows.pop(dice.number(0, len(rows) - 1))
    return sorted(rows, key=lambda row: (row[7], row[8], row[1]))


def defects():
    """Good and bad rows: pairs of the line's text and what is wrong with it, or None."""
    base = dict(zip(HEADER, ["Ada Sommer", "ada@example.org", "Nordlicht GmbH", "Webshop", "", "Work", "Yes",
                             "2025-03-03", "09:00:00", "2025-03-03", "10:30:00", "01:30:00", "backend", "142.50"]))
    count = 0

    def row(reason=None, **changes):
        nonlocal count
        count += 1
        named = {name.replace("_", " "): value for name, value in changes.items()}
        if "Amount" in named:
            named["Amount (EUR)"] = named.pop("Amount")
        values = {**base, "Description": f"Work {count}", **named}
        assert set(values) == set(base), named
        return line(values.values()), reason

    def broken(text, reason):
        return text.encode("utf-8") if isinstance(text, str) else text, reason

    plain = row()[0].decode().rstrip("\n")
    yield row()
    yield broken(plain + ",extra\n", "one field more than the header")
    yield broken("Ada Sommer,ada@example.org,Nordlicht GmbH\n", "fields missing")
    yield row("User is empty", User="")
    yield row("Email is empty", Email="")
    yield row("not a mail address", Email="ada at example.org")
    yield row("billable without a client", Client="")
    yield row("billable without a project", Project="")
    yield row(Description="A good row,\nwith a line end in quotes")
    yield row("client name too long", Client="N" * 256)
    yield row("description too long", Description="x" * 3001)
    yield row("control character in the project", Project="Web\x07shop")
    yield row("Billable is neither Yes nor No", Billable="maybe")
    yield row("date in another format", Start_date="03/03/2025")
    yield row("day that is not in the calendar", Start_date="2025-02-30")
    yield row("year out of range", Start_date="1925-03-03")
    yield row("time in another format", Start_time="9 am")
    yield row("time on no clock", End_time="25:00:00")
    yield row("end before start", End_time="08:00:00")
    yield row("duration in another format", Duration="1.5 h")
    yield row("negative duration", Duration="-01:30:00")
    yield row("duration with 75 minutes", Duration="00:75:00")
    yield row("duration over 24 hours", End_date="2025-03-05", Duration="49:30:00")
    yield row("duration is not end minus start", Duration="01:45:00")
    yield row("comma without a tag", Tags="backend,,urgent")
    yield row("too many tags", Tags=", ".join(f"tag {number}" for number in range(51)))
    yield row(Billable="No", Amount="0.00")
    yield row("amount with a currency sign", Amount="€142.50")
    yield row("amount grouped wrongly", Amount="1,42.50")
    yield row("amount with a third decimal", Amount="142.505")
    yield row("amount too large", Amount="9" * 16)
    yield row("negative amount", Amount="-142.50")
    yield row("amount although not billable", Billable="No")
    yield broken(plain.replace("Nordlicht", "Nord\"licht") + "\n", "quote inside an unquoted field")
    yield broken(plain.replace("Nordlicht GmbH", "\"Nordlicht\" GmbH") + "\n", "text after a closing quote")
    yield broken(plain.encode().replace(b"Webshop", b"Caf\xe9 Shop") + b"\n", "not UTF-8")
    yield broken(plain.encode().replace(b"Webshop", b"Web\0shop") + b"\n", "NUL byte")
    yield broken(plain.replace("Nordlicht", "\"Nordlicht") + "\n", "quote that is never closed")
    yield row()


def line(fields):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode("utf-8")


def main(folder):
    rows = good_rows()
    assert len(rows) == ROWS and len({row[2] for row in rows} - {""}) == len(CLIENTS)
    (folder / "toggl-2025.csv").write_bytes(b"".join(line(row) for row in [HEADER, *rows]))

    data, listing = line(HEADER), ["# Defects of toggl-defects.csv", "",
                                   "Made by `make-sample.py`. Every other line of the file is good.", "",
                                   "| line | defect |", "| ---: | --- |"]
    for text, reason in defects():
        if reason:
            listing.append(f"| {data.count(bytes([10])) + 1} | {reason} |")
        data += text
    (folder / "toggl-defects.csv").write_bytes(data)
    (folder / "toggl-defects.md").write_text("\n".join(listing) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent)
