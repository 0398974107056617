"""The REST API under `/v2`, as clients of Camunda 8.9 speak it.

Wire rules are those of the Orchestration Cluster API: keys are strings of digits, every field is
always there, errors are problem documents (RFC 9457), `tenantId` is always `<default>`.
"""
