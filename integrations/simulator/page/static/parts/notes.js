// Short notes at the foot of a window: what went wrong, in the words of whoever refused.

import { h } from "./dom.js";
import { Refused } from "./api.js";

const SECONDS = 8;

export function note(text, kind = "warning") {
  const element = h("div", { class: `note ${kind}`, role: kind === "warning" ? "alert" : "status" }, text);
  const place = document.getElementById("notes");
  place.append(element);
  setTimeout(() => element.remove(), SECONDS * 1000);
}

// Runs an act and shows its refusal; returns its answer, or null when it was refused.
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) note(error.message);
    else if (error instanceof TypeError) note("The simulator does not answer. Is it still running?");
    else throw error;
    return null;
  }
}
