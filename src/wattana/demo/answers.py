"""What an invented household answers in a survey round, and each of its members."""

from __future__ import annotations

from random import Random
from typing import Any

from wattana.demo.chance import Chance, marginals
from wattana.demo.people import Home, Person

Answers = dict[str, Any]
_HARD_OF_SOCIAL = ("mutual_help", "rule_making", "rule_following", "conflict_management",
                   "knowledge_holders")  # fmt: skip
_INVOLVED = ("knowledge_used", "development_experience", "management_participation")
_EXTENT = {1: "none", 2: "little", 3: "fair", 4: "much"}
_INVOLVEMENT = {1: "never", 2: "once", 3: "sometimes", 4: "often"}


def of_round(draw: Random, home: Home, number: int, aged: int) -> tuple[Answers, list[Answers]]:
    """Answers of round `number` (1 …), `aged` years after the first.

    Households mend a little from round to round, some fall back; what was answered before weighs.
    """
    steady = Random(f"{home.number}")  # the same household answers alike in every round
    drift = 0.12 * (number - 1) + 0.25 * draw.gauss(0, 1)
    standing = -0.85 * home.hardship + 0.4 * steady.gauss(0, 1) + drift
    chance = Chance(draw if number > 1 else steady, standing)
    people = [_person(chance, person, person.years + aged) for person in home.persons]
    wages = 12 * sum(one.get("income_month", 0) for one in people)
    answers = (
        _counts(home)
        | _home(chance)
        | _connections(chance)
        | _money(chance, wages, len(people))
        | _debts(chance)
        | _land(chance)
        | _community(chance)
    )
    return _forget(draw, answers), [_forget(draw, one) for one in people]


def _forget(draw: Random, answers: Answers) -> Answers:
    """A few answers are missing, as in every survey."""
    return {name: value for name, value in answers.items() if draw.random() > 0.004}


def _counts(home: Home) -> Answers:
    registered = sum(p.registered != "elsewhere_lives" for p in home.persons)
    living = sum(p.registered != "here_away" for p in home.persons)
    return {
        "members_registered": registered,
        "members_living": living,
        "members_living_unregistered": len(home.persons) - registered,
        "members_registered_away": len(home.persons) - living,
    }


def _home(chance: Chance) -> Answers:
    wanted = marginals()["shares"]
    answers: Answers = {
        "home_tenure": chance.ordered("tenure"),
        "home_condition": chance.ordered("home_condition"),
        "electricity": chance.ordered("electricity"),
        "other_water": chance.ordered("other_water"),
        "tap_water": chance.yes(wanted["tap_water"]),
        "bought_water": chance.yes(wanted["bought_water"]),
        "alternative_energy": chance.yes(wanted["alternative_energy"]),
        "road_home": chance.ordered("road_home"),
    }
    for line in ("tidy", "drained", "toilet", "waste"):
        answers[f"hygiene__{line}"] = chance.yes(wanted[f"hygiene__{line}"])
    if answers["home_tenure"] == "own":
        mortgaged = chance.woe(0.14)
        answers["home_mortgage"] = "institution" if mortgaged else "none"
    if answers["home_tenure"] == "rented":
        answers["home_rent"] = chance.money(1200, 0.4)
    return answers


def _connections(chance: Chance) -> Answers:
    wanted = marginals()["shares"]
    livelihood = [code for code in chance.some("channels") if chance.yes(0.45)]
    return {
        "home_phone": chance.yes(wanted["home_phone"]),
        "mobile_phone": chance.ordered("mobile_phone"),
        "news_channels": chance.some("channels") or ["none"],
        "livelihood_channels": livelihood or ["none"],
        "digital_welfare": chance.yes(wanted["digital_welfare"]),
        "digital_income": chance.yes(wanted["digital_income"]),
        "urban_workplace": ["none"],
    }


def _money(chance: Chance, wages: int, size: int) -> Answers:
    farm = chance.yes(0.55)
    answers: Answers = {
        "farm_income__crops": chance.money(24000, 0.7, 500) if farm else 0,
        "farm_cost__crops": chance.money(13000, 0.5, 500) if farm else 0,
        "farm_income__livestock": chance.money(12000, 0.7, 500) if chance.yes(0.25) else 0,
        "farm_cost__livestock": chance.money(4000, 0.5, 500) if farm else 0,
        "farm_income__fishery": 0,
        "farm_cost__fishery": 0,
        "nonfarm_income": wages,
        "nonfarm_cost": 0,
        "remittances": chance.money(14000, 0.6, 500) if chance.yes(0.35) else 0,
    }
    monthly = chance.draw.lognormvariate(0, 0.25) * (1500 + 1150 * size)
    shares = {"food": 0.48, "goods": 0.1, "utilities": 0.12, "education": 0.08, "medical": 0.05,
              "social": 0.07, "alcohol_tobacco": 0.04, "gambling": 0.03, "other": 0.03,
              "insurance": 0, "leisure": 0}  # fmt: skip
    for kind, share in shares.items():
        answers[f"expense__{kind}"] = int(round(monthly * share / 10) * 10)
    saves = chance.yes(0.3)
    answers["saving__cash"] = chance.money(1500, 0.8) if saves else 0
    answers["saving__cooperative"] = chance.money(3000, 0.9) if saves and chance.yes(0.6) else 0
    for kind in ("deposit", "bonds", "national_fund", "other"):
        answers[f"saving__{kind}"] = 0
    answers["assets"] = chance.some("assets") or ["none"]
    return answers


def _debts(chance: Chance) -> Answers:
    owed = chance.some("lenders", good=False)
    if not owed:
        reason = "not_wanted" if chance.yes(0.45) else "no_collateral"
        return {"debt_sources": ["none"], "no_debt_reason": reason}
    answers: Answers = {"debt_sources": owed}
    for lender in owed:
        answers[f"debt_outstanding__{lender}"] = max(chance.money(35000, 0.8, 1000), 1000)
        answers[f"debt_default__{lender}"] = chance.woe(0.12)
        answers[f"debt_more__{lender}"] = chance.yes(0.3)
    return answers


def _land(chance: Chance) -> Answers:
    tenure = chance.ordered("land")
    answers: Answers = {"land_tenure": [tenure]}
    answers |= _resources(chance) | _hazards(chance, "home", 0.85)
    if tenure == "none":
        return answers
    problems = chance.some("land_problems", good=False)
    return (
        answers
        | {
            "farm_water": chance.ordered("farm_water"),
            "road_land": chance.ordered("road_land"),
            "land_problems": problems or ["none"],
        }
        | _hazards(chance, "work", 0.95)
    )


def _resources(chance: Chance) -> Answers:
    wanted = marginals()["shares"]
    answers: Answers = {}
    for use, name in (("subsistence", "ป่าชุมชน"), ("income", "หนองน้ำสาธารณะ")):
        answers[f"{use}_use"] = chance.yes(wanted[f"{use}_use"])
        if answers[f"{use}_use"]:
            answers[f"{use}_name__first"] = name
            answers[f"{use}_distance__first"] = round(chance.draw.uniform(0.3, 6), 1)
            answers[f"{use}_season__first"] = "all_year" if chance.yes(0.3) else "seasonal"
    return answers


def _hazards(chance: Chance, where: str, share: float) -> Answers:
    met = chance.some("hazards", good=False) if chance.woe(share) else []
    answers: Answers = {f"{where}_hazards": met or ["none"]}
    for hazard in met:
        often = chance.draw.choices(("once", "few", "yearly", "often"), (15, 35, 42, 8))[0]
        answers[f"{where}_hazard_frequency__{hazard}"] = often
        helped = chance.draw.choices(("none", "state", "community"), (62, 33, 5))[0]
        answers[f"{where}_hazard_response__{hazard}"] = helped
    return answers


def _community(chance: Chance) -> Answers:
    wanted = marginals()["shares"]
    answers: Answers = {}
    for group in ("occupation", "finance", "welfare", "social", "environment", "other"):
        member = chance.yes(wanted[f"group_member__{group}"])
        answers[f"group_member__{group}"] = member
        if member:
            answers[f"group_help__{group}"] = "some" if chance.yes(0.4) else "none"
    for activity in ("religion", "public_relations", "development", "other"):
        joins = chance.yes(0.14)
        answers[f"activity_level__{activity}"] = "listen" if joins else "none"
        if joins:
            answers[f"activity_frequency__{activity}"] = "sometimes"
    for name in _HARD_OF_SOCIAL:
        answers[name] = _EXTENT[chance.ordered("social_extent")]
    for name in _INVOLVED:
        answers[name] = _INVOLVEMENT[chance.ordered("social_extent")]
    return answers


def _person(chance: Chance, person: Person, age: int) -> Answers:
    health = chance.ordered(
        "health_child" if age < 18 else "health_adult" if age < 60 else "health_old"
    )
    disabled = health in ("bedridden", "self_reliant") and chance.woe(0.7)
    answers: Answers = {
        "health": health,
        "chronic": health == "chronic",
        "disability": ("with_card" if chance.yes(0.7) else "without_card") if disabled else "none",
        "work_status": "not_working",
    }
    if age >= 3:
        answers |= _learning(chance, age)
    if age >= 15:
        answers |= _work(chance, person, age, health)
    answers |= _welfare(chance, age, answers["disability"] == "with_card")
    return answers | _rights(chance.draw, age, answers)


def _rights(draw: Random, age: int, answers: Answers) -> Answers:
    """Facts that rights depend on: nearly all are Thai, few have a state pension."""
    schemes = draw.choices(("universal_coverage", "social_security", "civil_servant"), (88, 8, 4))
    facts: Answers = {"thai_national": draw.random() < 0.995, "health_scheme": schemes[0]}
    if age >= 15:
        facts["state_pension"] = draw.random() < (0.05 if age >= 60 else 0.03)
    if answers["health"] == "bedridden":
        facts["adl"] = draw.randint(0, 11)
    if {"crops", "livestock", "fishery"} & set(answers.get("occupations", ())):
        facts["farmer_registered"] = draw.random() < 0.8
    return facts


def _learning(chance: Chance, age: int) -> Answers:
    if age >= 25:
        level = chance.ordered("education_old" if age >= 60 else "education_adult")
    else:
        level = "never" if age < 7 else "below_primary" if age < 13 else "primary"
        if age >= 16:
            level = "lower_secondary"
    able = age >= 7 and level != "never"
    answers: Answers = {"education_max": level, "speaks_thai": True}
    if age >= 6:
        answers |= {"reads_thai": able, "writes_thai": able}
    if age <= 18:
        answers["education_status"] = chance.ordered("education_status")
        answers["studying_level"] = _studying(age, answers["education_status"])
        if answers["education_status"] == "dropped_out":
            answers["dropout_reason"] = "cost" if chance.woe(0.5) else "work"
    else:
        answers["studying_level"] = "none"
    return answers


def _studying(age: int, status: str) -> str:
    if status == "dropped_out":
        return "none"
    steps = ((6, "preschool"), (12, "primary"), (15, "lower_secondary"), (18, "upper_secondary"))
    return next(level for oldest, level in steps if age <= oldest)


def _work(chance: Chance, person: Person, age: int, health: str) -> Answers:
    student = age <= 18 and person.relation in ("child", "grandchild")
    unable = student or health == "bedridden" or age >= 72
    working = not unable and chance.yes(0.62 if age < 60 else 0.35)
    status = "working" if working else "not_working" if unable or age >= 60 else "unemployed"
    skilled = chance.yes(0.5)
    answers: Answers = {
        "work_status": status,
        "skills": [chance.draw.choice(("crops", "livestock", "craft", "food", "arts"))]
        if skilled
        else ["none"],
        "income_month": 0,
        "expense_month": chance.money(1400, 0.3),
    }
    if working:
        kinds = ("crops", "general_labour", "farm_labour", "private_employee", "own_business")
        first = chance.draw.choices(kinds, (42, 28, 16, 9, 5))[0]
        extra = ["livestock"] if chance.yes(0.12) else []
        answers["occupations"] = [first, *extra]
        answers["income_month"] = chance.money(3000, 0.6)
    return answers


def _welfare(chance: Chance, age: int, disabled: bool) -> Answers:
    """Some who are due do not get it: the very people this software is for."""
    got: list[tuple[str, int]] = []
    if age < 6 and chance.draw.random() < 0.8:
        got.append(("newborn", 600))
    if age >= 60 and chance.draw.random() < 0.93:
        got.append(("old_age", 600 if age < 70 else 700 if age < 80 else 800 if age < 90 else 1000))
    if disabled and chance.draw.random() < 0.85:
        got.append(("disability", 800 if age >= 18 else 1000))
    if age >= 18 and chance.woe(0.55):
        got.append(("welfare_card", 300))
    answers: Answers = {"welfare": [name for name, _ in got] or ["none"]}
    for name, amount in got:
        answers[f"welfare_amount__{name}"] = amount
        answers[f"welfare_frequency__{name}"] = "monthly"
    return answers
