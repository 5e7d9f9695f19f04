// Slack's names for the emoji that occur here; a name that is not listed stays as it was written, as in Slack.

const KNOWN = {
  alarm_clock: "⏰", arrow_right: "➡️", ballot_box_with_check: "☑️", bell: "🔔", bulb: "💡", calendar: "📅",
  camera: "📷", chart_with_upwards_trend: "📈", clipboard: "📋", clock: "🕑", email: "✉️", envelope: "✉️", eyes: "👀",
  exclamation: "❗", "+1": "👍", thumbsup: "👍", "-1": "👎", hand: "✋", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  information_source: "ℹ️", key: "🔑", large_blue_circle: "🔵", large_blue_square: "🟦", large_brown_circle: "🟤",
  large_green_circle: "🟢", large_orange_circle: "🟠", large_purple_circle: "🟣", large_yellow_circle: "🟡",
  leftwards_arrow_with_hook: "↩️", link: "🔗", lock: "🔒", mag: "🔍", mailbox: "📫", memo: "📝", moneybag: "💰",
  no_entry: "⛔", outbox_tray: "📤", inbox_tray: "📥", package: "📦", paperclip: "📎", pencil: "✏️", pencil2: "✏️",
  point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓", raising_hand: "🙋", receipt: "🧾", red_circle: "🔴",
  repeat: "🔁", robot_face: "🤖", rotating_light: "🚨", scroll: "📜", shield: "🛡️", shopping_cart: "🛒",
  shopping_trolley: "🛒", small_blue_diamond: "🔹", small_orange_diamond: "🔸", smile: "😄", speech_balloon: "💬",
  star: "⭐", stopwatch: "⏱️", tada: "🎉", truck: "🚚", unlock: "🔓", warning: "⚠️", wave: "👋", white_check_mark: "✅",
  white_circle: "⚪", black_circle: "⚫", x: "❌", zap: "⚡", zzz: "💤", heavy_check_mark: "✔️", house: "🏠",
  triangular_flag_on_post: "🚩", bust_in_silhouette: "👤", busts_in_silhouette: "👥", wastebasket: "🗑️", arrows_counterclockwise: "🔄",
};

export const QUICK = ["eyes", "white_check_mark", "+1"];

export function emoji(name) {
  return KNOWN[name] || `:${name}:`;
}

// Only for texts that say `emoji: true`, or say nothing.
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => KNOWN[name] || whole);
}
