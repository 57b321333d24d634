/** Deployments of the fake GitHub: what a job's `environment` leaves there, and what becomes of it. */
import type { FakeDeploymentStatus, GitHubState } from "./state.ts";

/** What a job that names an environment leaves when it has ended well: a deployment that leads to its address. */
export function keepDeployment(state: GitHubState, environment: string, sha: string, url: string): void {
  const id = 7000 + state.deployments.length;
  state.deployments.push({ id, environment, sha });
  addStatus(state, id, { state: "in_progress", environment_url: "" });
  addStatus(state, id, { state: "success", environment_url: url });
}

/** Adds a status; a success ends the deployments of the same environment before it, as GitHub does unless told not to. */
export function addStatus(
  state: GitHubState,
  deployment: number,
  status: Omit<FakeDeploymentStatus, "id" | "deployment">,
): FakeDeploymentStatus {
  const { environment } = state.deployments.find(({ id }) => id === deployment) ?? {};
  if (status.state === "success")
    for (const { id } of state.deployments.filter((one) => one.environment === environment && one.id < deployment)) {
      const before = statusOf(state, id);
      if (before?.state === "success") addStatus(state, id, { ...before, state: "inactive" });
    }
  const added = { ...status, id: 9000 + state.deploymentStatuses.length, deployment };
  state.deploymentStatuses.push(added);
  return added;
}

/** The last one of a deployment. */
export const statusOf = (state: GitHubState, deployment: number): FakeDeploymentStatus | undefined =>
  state.deploymentStatuses.findLast((one) => one.deployment === deployment);
