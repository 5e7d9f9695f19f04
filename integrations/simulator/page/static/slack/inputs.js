// Input blocks: a label, a field, a hint, and the error that the application has answered with.

import { h, newId } from "../parts/dom.js";
import { filePicker } from "../parts/files.js";
import { initialOf, menuFor } from "./menus.js";
import { plain } from "./texts.js";

const TYPED = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "text",
  rich_text_input: "text",
};

export function inputBlock(block, surface) {
  const { element } = block;
  const ids = { field: newId("field"), label: newId("label"), hint: newId("hint"), error: newId("error") };
  const error = surface.errorAt?.(block) || "";
  const label = h(
    "label",
    { id: ids.label, for: ids.field },
    plain(block.label),
    block.optional ? h("small", {}, " (optional)") : null,
  );
  const field = fieldFor(block, element, surface, ids);
  return h(
    "div",
    { class: error ? "wrong" : null, data: { input: block.block_id } },
    label,
    field,
    error ? h("p", { class: "error", id: ids.error, role: "alert" }, error) : null,
    block.hint ? h("p", { class: "hint", id: ids.hint }, plain(block.hint)) : null,
  );
}

function fieldFor(block, element, surface, ids) {
  const chosen = surface.entered(block, element) || initialOf(element);
  const enter = (value) => surface.enter(block, element, value);
  const changed = (value) => {
    enter(value);
    surface.settle(block, element);
  };
  if (element.type in TYPED) return textField(element, chosen, { enter, settle: () => surface.settle(block, element) }, ids);
  if (element.type === "file_input") return fileField(block, element, surface, enter);
  return menuFor(element, chosen, {
    name: element.placeholder ? plain(element.placeholder) : "Choose an option",
    labelledBy: ids.label,
    describedBy: `${ids.error} ${ids.hint}`,
    focus: block.block_id,
    changed,
    suggest: (typed) => surface.suggest(element, typed),
  });
}

function textField(element, chosen, { enter, settle }, ids) {
  const isLong = element.multiline || element.type === "rich_text_input";
  const properties = {
    id: ids.field,
    class: "field",
    placeholder: element.placeholder ? plain(element.placeholder) : null,
    maxlength: element.max_length || null,
    "aria-describedby": `${ids.error} ${ids.hint}`,
    data: { wanted: element.focus_on_load ? "yes" : "" },
    on: { input: (event) => enter(event.currentTarget.value), change: settle },
  };
  if (isLong) {
    const area = h("textarea", { ...properties, rows: 6 });
    area.value = textOf(chosen);
    return area;
  }
  return h("input", { ...properties, type: TYPED[element.type], value: textOf(chosen) });
}

function textOf(chosen) {
  if (typeof chosen.value === "string") return chosen.value;
  const parts = chosen.rich_text_value?.elements || [];
  return parts.flatMap((part) => part.elements || []).map((leaf) => leaf.text || "").join("");
}

// The chosen files live in the browser until the form is submitted; a browser lets nobody put them back into a field.
function fileField(block, element, surface, enter) {
  const kept = surface.keptNode(block);
  if (kept) return kept;
  const most = element.max_files || 10;
  const picker = filePicker({ label: most > 1 ? `Add up to ${most} files` : "Add a file", most });
  picker.input.addEventListener("change", () => enter(picker.input.files));
  surface.keepNode(block, picker.element);
  return picker.element;
}
