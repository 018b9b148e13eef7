"""What the answers of two registries are compared by."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

LANGUAGES: Final = ("en", "de-AT", "kk-KZ, ru;q=0.5", "fr")

PAGE: Final = """
query ($after: String, $filter: IncidentFilter, $orderBy: [IncidentOrder!]) {
  incidents(first: 50, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id reference title description tags version sequence statusCategory
      occurredAt detectedAt reportedAt registeredAt dataSubjectsAffected recordsAffected
      company { id code name country timeZone } location { text country } reportedBy { name email }
      status { code name nameLocale color } type { code name nameLocale classification { code name } }
      classification { code name } severity { code name rank } responsible { id name } registeredBy { id name }
    }
  }
}
"""
LISTS: Final[Sequence[Mapping[str, Any]]] = (
    {},
    {"orderBy": ["REGISTERED_AT_ASC"]},
    {"filter": {"statusCategories": ["NEW", "ACTIVE"]}, "orderBy": ["REGISTERED_AT_ASC"]},
    {"filter": {"severities": [{"code": "critical"}, {"code": "high"}]}},
    {"filter": {"classifications": [{"code": "information-content-security"}]}},
    {"filter": {"occurred": {"from": "2026-01-01T00:00:00Z"}}},
)
WHOLE: Final = """
  %s: incident(reference: "%s") {
    id reference title impact actionsTaken preventiveMeasures comment
    history(first: 50) { totalCount nodes { sequence operation at actor { id name } changes { field before after } } }
    attachments { id name size } messages { id kind state createdAt recipient { id name } }
  }
"""
OTHERS: Final = (
    "{ me { user { id name email locale } permissions { permission everyCompany companies { nodes { code } } } } }",
    "{ companies(first: 100) { totalCount nodes { id code name incidents(first: 2) { totalCount nodes { id } } } } }",
    "{ users(first: 100) { totalCount nodes { id name email } } }",
    "{ groups(first: 100) { nodes { id name permissions companies { nodes { id code } } members { nodes { id } } } } }",
    "{ incidentStatuses { id code name nameLocale description order category isInitial isFinal } }",
    "{ classifications { id code name types { id code name description } } severities { id code name rank } }",
    '{ incident(reference: "NORTH-1999-000001") { id } company(code: "HARBOUR") { id name } }',
    "{ incidents(first: 101) { totalCount } }",
    "{ incidents(first: 1) { nodes { nothing } } }",
)
