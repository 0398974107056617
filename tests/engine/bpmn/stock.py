"""The same diagrams on SpiffWorkflow as it comes, to show what it does with them.

Only what cannot be avoided is adapted: SpiffWorkflow's own engine reads Python, so the "=" in
front of an expression is taken off (the diagrams use expressions that mean the same in both).
"""

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState


class WithoutEqualsSign(PythonScriptEngine):
    def evaluate(self, task, expression, external_context=None):
        return super().evaluate(task, expression.removeprefix("=").strip(), external_context)


class Stock:
    """One instance in memory."""

    def __init__(self, xml, process="p"):
        parser = BpmnParser()
        parser.add_bpmn_str(xml)
        self.workflow = BpmnWorkflow(
            parser.get_spec(process),
            parser.get_subprocess_specs(process),
            script_engine=WithoutEqualsSign(),
        )

    def begin(self, **variables):
        self.workflow.task_tree.children[0].set_data(**variables)
        return self.settle()

    def settle(self):
        self.workflow.do_engine_steps()
        self.workflow.refresh_timers()
        self.workflow.do_engine_steps()
        return self

    def complete(self, element_id, **variables):
        task = next(task for task in self.ready() if task.task_spec.bpmn_id == element_id)
        task.set_data(**variables)
        task.run()
        return self.settle()

    def deliver(self, name, **correlations):
        event = BpmnEvent(MessageEventDefinition(name), {}, correlations)
        self.workflow.send_event(event)
        return self.settle()

    def hear(self, name):
        self.workflow.send_event(BpmnEvent(SignalEventDefinition(name)))
        return self.settle()

    def ready(self):
        return [task for task in self.workflow.get_tasks(state=TaskState.READY) if _manual(task)]

    @property
    def open(self):
        return sorted(task.task_spec.bpmn_id for task in self.ready())

    def value(self, element_id, name):
        task = next(task for task in self.ready() if task.task_spec.bpmn_id == element_id)
        return task.data.get(name)


def _manual(task):
    return task.task_spec.manual
