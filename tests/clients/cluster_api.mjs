// One instance from its job to its end with @camunda8/orchestration-cluster-api, as one JSON line.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createCamundaClient } from "cluster-api";

const [process_, job, ...files] = process.argv.slice(2);
const client = createCamundaClient();
const patience = { consistency: { waitUpToMs: 30000, pollIntervalMs: 20 } };
const { gatewayVersion } = await client.getTopology();
const resources = await Promise.all(
  files.map(async (path) => new File([await readFile(path)], basename(path))),
);
const { processes } = await client.createDeployment({ resources });
const { processInstanceKey } = await client.createProcessInstance({
  processDefinitionId: process_,
  variables: { stufe: 5 },
});
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
await client.publishMessage({ name: "nirgends", correlationKey: process_, timeToLive: 0, variables: {} });
const deployed = processes[0].processDefinitionKey;
console.log(JSON.stringify({ gatewayVersion, deployed, processInstanceKey }));
process.exit(0);
