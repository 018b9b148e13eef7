"""All that an import asks of the public graph, in one place to hold against its schema."""

DIRECTORIES = """
query ImportDirectories {
  classifications { code active }
  incidentTypes { code active classification { code } }
  incidentStatuses { code active }
  severities { code active }
  priorities: directoryEntries(kind: PRIORITY) { code active }
  detectionSources: directoryEntries(kind: DETECTION_SOURCE) { code active }
  impactLevels: directoryEntries(kind: IMPACT_LEVEL) { code active }
  outcomes: directoryEntries(kind: OUTCOME) { code active }
  timestamps: directoryEntries(kind: TIMESTAMP) { code active }
}
"""
RIGHTS = "query ImportRights { me { permissions { permission everyCompany } } }"
FIND_COMPANIES = """
query ImportCompanies($names: [String!]!, $first: Int!, $after: String) {
  companies(filter: {names: $names}, first: $first, after: $after) {
    edges { node { id name } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CREATE_COMPANY = """
mutation ImportCompany($input: CreateCompanyInput!) {
  createCompany(input: $input) { company { id } errors { code message } }
}
"""
REGISTER_INCIDENTS = """
mutation ImportIncidents($input: RegisterIncidentsInput!) {
  registerIncidents(input: $input) {
    results { alreadyRegistered errors { code message field } }
    errors { code message field }
  }
}
"""
