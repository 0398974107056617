// What users of @camunda8/orchestration-cluster-api do every day, told as one JSON line.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createCamundaClient } from "cluster-api";

const [process_, job, decision, ...files] = process.argv.slice(2);
const client = createCamundaClient();
const patience = { consistency: { waitUpToMs: 30000, pollIntervalMs: 20 } };
const { gatewayVersion } = await client.getTopology();
const resources = await Promise.all(
  files.map(async (path) => new File([await readFile(path)], basename(path))),
);
const { processes } = await client.createDeployment({ resources });
const begin = () => client.createProcessInstance({ processDefinitionId: process_, variables: { stufe: 5 } });
const { processInstanceKey } = await begin();
const wanted = { type: job, worker: "versuch", timeout: 60000, maxJobsToActivate: 1 };
const { jobs } = await client.activateJobs(wanted);
await client.failJob({ jobKey: jobs[0].jobKey, retries: 0, errorMessage: "kaputt" });
const incidents = await client.searchIncidents({ filter: { processInstanceKey } }, patience);
await client.resolveIncident({ incidentKey: incidents.items[0].incidentKey });
const worker = client.createJobWorker({
  jobType: job,
  workerName: "versuch",
  jobTimeoutMs: 60000,
  maxParallelJobs: 1,
  jobHandler: (taken) => taken.complete({ stufe: 1 }),
});
const { items } = await client.searchUserTasks({ filter: { processInstanceKey } }, patience);
worker.stop();
await client.completeUserTask({ userTaskKey: items[0].userTaskKey });
const elements = await client.getProcessInstanceStatistics({ processInstanceKey }, patience);
const evaluated = await client.evaluateDecision({ decisionDefinitionId: decision, variables: { stufe: 5 } });
await client.publishMessage({ name: "nirgends", correlationKey: process_, timeToLive: 0, variables: {} });
await client.broadcastSignal({ signalName: `niemand-${process_}`, variables: {} });
const second = (await begin()).processInstanceKey;
await client.cancelProcessInstance({ processInstanceKey: second });
const deployed = processes[0].processDefinitionKey;
const passed = elements.items.map((each) => each.elementId);
const output = JSON.parse(evaluated.output);
console.log(JSON.stringify({ gatewayVersion, deployed, processInstanceKey, passed, output }));
process.exit(0);
