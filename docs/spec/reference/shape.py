"""Small checks from which the manifests are put together. A check takes a value and where it stands, and raises Refused."""

import re
from datetime import date

from canon import Newer, Refused

ID = r"[0-7][0-9a-hjkmnp-tv-z]{25}"
CODE = r"[a-z0-9][a-z0-9-]{1,31}"
LANG = (
    r"(?=.{2,23}\Z)[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
)
LOCAL = r"[a-z][1-9][0-9]{0,5}"
PURPOSE = r"[a-z][a-z-]{0,31}"
SLUG = r"(?=.{1,80}\Z)(?!index\Z)[a-z0-9]+(-[a-z0-9]+)*"
ZONE = r"(?=.{1,50}\Z)[A-Za-z0-9+_-]+(/[A-Za-z0-9+_-]+)*"
HEX = r"[0-9a-f]{64}"


def refuse(where, why):
    raise Refused(f"{where}: {why}")


def string(value, where):
    if not isinstance(value, str):
        refuse(where, "not a string")


def pattern(regex):
    compiled = re.compile(regex)

    def check(value, where):
        string(value, where)
        if not compiled.fullmatch(value):
            refuse(where, f"{value!r} has another form")

    return check


def one_of(*words, newer=False):
    def check(value, where):
        string(value, where)
        if value not in words:
            raise (Newer if newer else Refused)(f"{where}: {value!r} is not known")

    return check


def integer(low, high=2**53 - 1):
    def check(value, where):
        if value is True or not isinstance(value, int) or not low <= value <= high:
            refuse(where, "not an integer in range")

    return check


def true(value, where):
    if value is not True:
        refuse(where, "not true")


def array(member, distinct=None):
    """An array; `distinct` maps a member to what may not occur twice."""

    def check(value, where):
        if not isinstance(value, list):
            refuse(where, "not an array")
        for at, item in enumerate(value):
            member(item, f"{where}[{at}]")
        if distinct and len({distinct(v) for v in value}) != len(value):
            refuse(where, "repetition")

    return check


def same(value):
    return value


def record(required, optional=None, rule=None):
    """An object with these fields and no others; `rule` looks at the whole."""
    optional = optional or {}

    def check(value, where):
        if not isinstance(value, dict):
            refuse(where, "not an object")
        for key in required:
            if key not in value:
                refuse(where, f"lacks {key}")
        for key, item in value.items():
            form = required.get(key) or optional.get(key)
            if form is None:
                refuse(where, f"unknown field {key}")
            form(item, f"{where}.{key}")
        if rule:
            rule(value, where)

    return check


def _is_date(year, month, day):
    try:
        date(year, month, day)
        return True
    except ValueError:
        return False


def calendar(regex):
    """A date, month or year that exists, possibly with a time, as named groups say."""
    shape = pattern(regex)

    def check(value, where):
        shape(value, where)
        part = re.fullmatch(regex, value).groupdict()
        if not _is_date(int(part["y"]), int(part.get("m") or 1), int(part.get("d") or 1)):
            refuse(where, "no such date")

    return check


YMD = r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"
HM = r"([01][0-9]|2[0-3]):[0-5][0-9]"
day = calendar(YMD)
month = calendar(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})")
some_date = calendar(r"(?P<y>[0-9]{4})(-(?P<m>[0-9]{2})(-(?P<d>[0-9]{2}))?)?")
local = calendar(rf"{YMD}(T{HM})?")
instant = calendar(rf"{YMD}T{HM}:[0-5][0-9]Z")


def lang(value, where):
    pattern(LANG)(value, where)
    if value.split("-")[0] in ("zxx", "und", "mul", "mis"):
        refuse(where, "no language")


def line(longest):
    """A line of text (section 10)."""

    def check(value, where):
        string(value, where)
        if len(value) > longest or "\n" in value or "\t" in value or "  " in value or value.strip(" ") != value:
            refuse(where, "not a line of text")

    return check


def address(*starts):
    def check(value, where):
        string(value, where)
        bare = any(value.startswith(s) and len(value) > len(s) for s in starts)
        if not bare or len(value.encode()) > 2048 or any(c.isspace() for c in value):
            refuse(where, "not an address")

    return check


web = address("http://", "https://")
document = pattern(ID)
code = pattern(CODE)
local_id = pattern(LOCAL)
slug = pattern(SLUG)
zone = pattern(ZONE)
country = pattern(r"[a-z]{2}")
hex64 = pattern(HEX)
sealed = pattern("c1:" + HEX)
shared = pattern("s1:" + HEX)
media = line(100)
