// What Camunda Modeler does with @camunda8/sdk, and what its other users do, told as one JSON line.
import { Camunda8 } from "@camunda8/sdk";

const [process_, job, decision, ...files] = process.argv.slice(2);
const client = new Camunda8().getCamundaRestClient();
const { gatewayVersion } = await client.getTopology();
const { processes } = await client.deployResourcesFromFiles(files);
const begin = () => client.createProcessInstance({ processDefinitionId: process_, variables: { stufe: 5 } });
const { processInstanceKey } = await begin();
const take = async () => {
  const wanted = { type: job, worker: "versuch", timeout: 60000, maxJobsToActivate: 1, requestTimeout: 10000 };
  return (await client.activateJobs(wanted))[0];
};
await (await take()).fail({ errorMessage: "kaputt", retries: 0 });
const incidents = await client.searchIncidents({ filter: { processInstanceKey } });
await client.resolveIncident(incidents.items[0].incidentKey);
await (await take()).complete({ stufe: 1 });
const { items } = await client.searchUserTasks({ filter: { processInstanceKey } });
await client.completeUserTask({ userTaskKey: items[0].userTaskKey });
const elements = await client.searchElementInstances({ filter: { processInstanceKey } });
const { output } = await client.evaluateDecision({ decisionDefinitionId: decision, variables: { stufe: 5 } });
await client.publishMessage({ name: "nirgends", correlationKey: process_, timeToLive: 0, variables: {} });
await client.broadcastSignal({ signalName: `niemand-${process_}`, variables: {} });
await client.cancelProcessInstance({ processInstanceKey: (await begin()).processInstanceKey });
const deployed = processes[0].processDefinitionKey;
const passed = elements.items.map((each) => each.elementId);
console.log(JSON.stringify({ gatewayVersion, deployed, processInstanceKey, passed, output: JSON.parse(output) }));
process.exit(0);
