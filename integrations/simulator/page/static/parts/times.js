// Times in the zone of the person who looks, and Slack's own little language for dates.

const zone = { name: undefined };

export function useZone(name) {
  zone.name = name;
}

function shown(date, options) {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone.name, ...options }).format(date);
}

export const clockTime = (date) => shown(date, { hour: "numeric", minute: "2-digit" });
export const dayAndTime = (date) =>
  shown(date, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
export const wholeTime = (date) =>
  shown(date, { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" });
export const dayOnly = (date) => shown(date, { month: "short", day: "numeric" });
export const dayName = (date) => shown(date, { weekday: "long", month: "long", day: "numeric" });
export const dayKey = (date) => shown(date, { year: "numeric", month: "2-digit", day: "2-digit" });
export const fromTs = (ts) => new Date(Number(ts) * 1000);

const TOKENS = {
  date_num: (date) => new Intl.DateTimeFormat("en-CA", { timeZone: zone.name }).format(date),
  date_slash: (date) => shown(date, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (date) => shown(date, { year: "numeric", month: "long", day: "numeric" }),
  date_short: (date) => shown(date, { year: "numeric", month: "short", day: "numeric" }),
  date_long: (date) => shown(date, { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
  day_divider_pretty: dayName,
  time: clockTime,
  time_secs: (date) => shown(date, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (date) => shown(date, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }),
};

// `{date_short} at {time}` and the like; a token that Slack does not know makes the fallback appear, as there.
export function slackDate(seconds, format, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (_whole, token) => {
    const write = TOKENS[token] || TOKENS[token.replace(/_pretty$/, "")];
    if (!write) known = false;
    return write ? write(date) : "";
  });
  return known ? text : fallback;
}
