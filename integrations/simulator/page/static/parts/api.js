// Talking to the simulator: one question for the state, one for each act, and a stream that says when to ask again.

export class Refused extends Error {}

export async function readState({ viewer, channel, thread, most }) {
  const asked = new URLSearchParams({ as: viewer, channel, thread, most: String(most) });
  const response = await fetch(`/api/state?${asked}`, { headers: { Accept: "application/json" } });
  return answerOf(response);
}

// Returns what the act answered; throws Refused with words for the visitor.
export async function act(path, values) {
  const response = await fetch(`/api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(values),
  });
  return answerOf(response);
}

async function answerOf(response) {
  let answer = {};
  try {
    answer = await response.json();
  } catch {
    throw new Refused(`The simulator answered ${response.status} and no words.`);
  }
  if (!response.ok) throw new Refused(answer.error || `The simulator answered ${response.status}.`);
  return answer;
}

// `changed` is called at once and whenever anything has changed; `linked(true|false)` says whether the stream stands.
export function follow(changed, linked) {
  const stream = new EventSource("/api/changes");
  stream.addEventListener("open", () => linked(true));
  stream.addEventListener("message", changed);
  stream.addEventListener("error", () => linked(false));
}
