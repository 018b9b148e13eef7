"""The human number of an incident: `<company code>-<year>-<six digits>`."""


def reference(company_code: str, year: int, number: int) -> str:
    return f"{company_code}-{year}-{number:06d}"
