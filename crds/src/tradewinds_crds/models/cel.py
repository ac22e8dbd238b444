"""Small pieces of CEL that several rules share."""

_DATE_LENGTH = 10
_MINUTES_LENGTH = 16


def time_of(field: str) -> str:
    """Return the CEL timestamp of a `Time` field, in any of its written forms."""
    digits = f"{field}.replace('Z', '')"
    return (
        f"timestamp({digits} + (size({digits}) == {_DATE_LENGTH} ? 'T00:00:00Z'"
        f" : size({digits}) == {_MINUTES_LENGTH} ? ':00Z' : 'Z'))"
    )


def percent_of(field: str) -> str:
    """Return the CEL of a `Percent` field's figure."""
    return f"double({field}.replace('%', ''))"


def currency_of(money: str) -> str:
    """Return the CEL of the currency in a `Money` field."""
    return f"{money}.split(' ')[1]"


def quote_of(symbol: str) -> str:
    """Return the CEL of the quote currency of a symbol."""
    return f"{symbol}.split('/')[1].split(':')[0]"
