// Choosing: selects, pickers, boxes. `changed` gets what was chosen as the simulator takes it: the value of an option,
// an id, a date, or a list of them.

import { h, newId } from "../parts/dom.js";
import { channels, people } from "./references.js";
import { plain } from "./texts.js";

export function menuFor(element, chosen, wiring) {
  const draw = DRAWN[element.type];
  return draw ? draw(element, chosen, wiring) : h("span", { class: "unknown" }, element.type);
}

// What an element holds before anybody has touched it, in the shape of Slack's state.
export function initialOf(element) {
  return {
    value: element.initial_value,
    selected_option: element.initial_option,
    selected_options: element.initial_options,
    selected_user: element.initial_user,
    selected_users: element.initial_users,
    selected_conversation: element.initial_conversation,
    selected_conversations: element.initial_conversations,
    selected_channel: element.initial_channel,
    selected_channels: element.initial_channels,
    selected_date: element.initial_date,
    selected_time: element.initial_time,
    selected_date_time: element.initial_date_time,
  };
}

const named = ({ name, focus, describedBy, labelledBy }) => ({
  "aria-label": labelledBy ? null : name,
  "aria-labelledby": labelledBy || null,
  "aria-describedby": describedBy || null,
  data: { focus },
});

const optionsOf = (element) => element.options || (element.option_groups || []).flatMap((group) => group.options);
const asChoices = (options) => options.map((option) => ({ value: option.value, label: plain(option.text), detail: option.description }));
const everybody = () => Object.entries(people()).filter(([, one]) => !one.is_bot).map(([value, one]) => ({ value, label: one.name }));
const everywhere = () => channels().map((channel) => ({ value: channel.id, label: `#${channel.name}` }));

function one(choices, current, wiring) {
  const options = choices.map((choice) => h("option", { value: choice.value, selected: choice.value === current }, choice.label));
  const first = h("option", { value: "", selected: !current, disabled: true, hidden: true }, wiring.name);
  return h(
    "select",
    { class: "field", ...named(wiring), on: { change: (event) => wiring.changed(event.currentTarget.value, event.currentTarget) } },
    first,
    options,
  );
}

function several(choices, current, wiring, kind = "checkbox") {
  const group = newId("boxes");
  const boxes = choices.map((choice) =>
    h(
      "label",
      { class: "box" },
      h("input", { type: kind, name: group, value: choice.value, checked: current.includes(choice.value) }),
      h("span", {}, choice.label, choice.detail ? h("small", {}, plain(choice.detail)) : null),
    ),
  );
  const changed = (event) => {
    const values = [...event.currentTarget.querySelectorAll("input:checked")].map((box) => box.value);
    wiring.changed(kind === "radio" ? values[0] : values, event.currentTarget);
  };
  return h("div", { role: kind === "radio" ? "radiogroup" : "group", class: "boxes", ...named(wiring), on: { change: changed } }, boxes);
}

function typed(type, current, wiring, read = (value) => value) {
  const changed = (event) => wiring.changed(read(event.currentTarget.value), event.currentTarget);
  return h("input", { type, class: "field", value: current ?? "", ...named(wiring), on: { change: changed } });
}

// A menu whose options the application tells while somebody types.
function asked(current, wiring) {
  const listId = newId("suggestions");
  const list = h("datalist", { id: listId });
  let options = current ? [current] : [];
  const look = async (event) => {
    const text = event.currentTarget.value;
    const picked = options.find((option) => plain(option.text) === text);
    if (picked) {
      wiring.changed(picked, event.currentTarget);
      return;
    }
    options = await wiring.suggest(text);
    list.replaceChildren(...options.map((option) => h("option", { value: plain(option.text) })));
  };
  const input = h("input", { class: "field", list: listId, value: current ? plain(current.text) : "", ...named(wiring), on: { input: look } });
  return h("span", { class: "asked" }, input, list);
}

const localTime = (seconds) => {
  if (!seconds) return "";
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const values = (options) => (options || []).map((option) => option.value);
const DRAWN = {
  static_select: (element, chosen, wiring) => one(asChoices(optionsOf(element)), chosen.selected_option?.value, wiring),
  users_select: (_element, chosen, wiring) => one(everybody(), chosen.selected_user, wiring),
  conversations_select: (_element, chosen, wiring) => one(everywhere(), chosen.selected_conversation, wiring),
  channels_select: (_element, chosen, wiring) => one(everywhere(), chosen.selected_channel, wiring),
  external_select: (_element, chosen, wiring) => asked(chosen.selected_option, wiring),
  multi_static_select: (element, chosen, wiring) => several(asChoices(optionsOf(element)), values(chosen.selected_options), wiring),
  multi_users_select: (_element, chosen, wiring) => several(everybody(), chosen.selected_users || [], wiring),
  multi_conversations_select: (_element, chosen, wiring) => several(everywhere(), chosen.selected_conversations || [], wiring),
  multi_channels_select: (_element, chosen, wiring) => several(everywhere(), chosen.selected_channels || [], wiring),
  checkboxes: (element, chosen, wiring) => several(asChoices(optionsOf(element)), values(chosen.selected_options), wiring),
  radio_buttons: (element, chosen, wiring) =>
    several(asChoices(optionsOf(element)), values([chosen.selected_option].filter(Boolean)), wiring, "radio"),
  datepicker: (_element, chosen, wiring) => typed("date", chosen.selected_date, wiring),
  timepicker: (_element, chosen, wiring) => typed("time", chosen.selected_time, wiring),
  datetimepicker: (_element, chosen, wiring) =>
    typed("datetime-local", localTime(chosen.selected_date_time), wiring, (value) => Math.floor(new Date(value).getTime() / 1000)),
};
