// What has been entered into a modal and not yet been sent, in the words of the simulator and in those of Slack's state.

const OPTION = new Set(["static_select", "radio_buttons"]);
const OPTIONS = new Set(["checkboxes", "multi_static_select"]);
const PLAIN = {
  users_select: "selected_user",
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
  external_select: "selected_option",
  multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
};

// The value in the shape of Slack's `state.values`, so that a form that is drawn again shows it.
export function asState(element, value) {
  const options = element.options || (element.option_groups || []).flatMap((group) => group.options);
  if (OPTION.has(element.type)) return { selected_option: options.find((option) => option.value === value) };
  if (OPTIONS.has(element.type)) return { selected_options: options.filter((option) => value.includes(option.value)) };
  if (element.type in PLAIN) return { [PLAIN[element.type]]: value };
  return { value };
}

export function isEmpty(entry) {
  if (!entry) return true;
  return !Object.entries(entry).some(([name, value]) => {
    if (name === "type" || value === null || value === undefined || value === "") return false;
    return typeof value !== "object" || !("length" in value) || value.length > 0;
  });
}
