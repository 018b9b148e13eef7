"""Who is asked what, in which order: operations to plans."""

from gateway.planner.build import BUDGET, plan_operation
from gateway.planner.explain import STAGES, explain
from gateway.planner.plan import (
    EntityCall,
    Path,
    Plan,
    PlanningError,
    Request,
    Step,
    StepKind,
    Target,
    Template,
    TemplateField,
)
from gateway.planner.text import path_text, plan_text

__all__ = [
    "BUDGET",
    "STAGES",
    "EntityCall",
    "Path",
    "Plan",
    "PlanningError",
    "Request",
    "Step",
    "StepKind",
    "Target",
    "Template",
    "TemplateField",
    "explain",
    "path_text",
    "plan_operation",
    "plan_text",
]
