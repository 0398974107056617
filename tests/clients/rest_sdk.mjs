// What Camunda Modeler does with @camunda8/sdk, and what its other users do, told as one JSON line.
import { Camunda8 } from "@camunda8/sdk";

const [process_, job, ...files] = process.argv.slice(2);
const client = new Camunda8().getCamundaRestClient();
const { gatewayVersion } = await client.getTopology();
const { processes } = await client.deployResourcesFromFiles(files);
const { processInstanceKey } = await client.createProcessInstance({
  processDefinitionId: process_,
  variables: { stufe: 5 },
});
const [taken] = await client.activateJobs({
  type: job,
  worker: "versuch",
  timeout: 60000,
  maxJobsToActivate: 1,
  requestTimeout: 10000,
});
await taken.complete({ stufe: 1 });
const { items } = await client.searchUserTasks({ filter: { processInstanceKey } });
await client.completeUserTask({ userTaskKey: items[0].userTaskKey });
await client.publishMessage({ name: "nirgends", correlationKey: process_, timeToLive: 0, variables: {} });
const deployed = processes[0].processDefinitionKey;
console.log(JSON.stringify({ gatewayVersion, deployed, processInstanceKey }));
process.exit(0);
