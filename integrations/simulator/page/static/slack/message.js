// One message: who, when, what, and what can be done with it.

import { h } from "../parts/dom.js";
import { fileList } from "../parts/files.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/notes.js";
import { clockTime, dayAndTime, fromTs, wholeTime } from "../parts/times.js";
import { drawBlocks } from "./blocks.js";
import { QUICK, emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { openMenu } from "./popup.js";
import { nameOf, people } from "./references.js";

const COLOURS = 6;

export function avatar(userId, app, small = false) {
  const name = nameOf(userId);
  if (userId === app) return h("span", { class: `avatar app ${small ? "small" : ""}`, "aria-hidden": "true" }, icon("box"));
  const initials = name.split(/\s+/).map((word) => word[0]).join("").slice(0, 2).toUpperCase();
  const colour = [...userId].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS;
  return h("span", { class: `avatar colour-${colour} ${small ? "small" : ""}`, "aria-hidden": "true" }, initials);
}

// `place` tells where it stands: `desk`, `slack` (the state), `channel`, `inThread`.
export function drawMessage(message, place) {
  const at = fromTs(message.ts);
  const isBot = Boolean(message.bot_id) || people()[message.user]?.is_bot;
  return h(
    "article",
    { class: `message ${message.only_you ? "only-you" : ""} ${message.compact ? "compact" : ""}`, data: { ts: message.ts } },
    message.only_you ? h("p", { class: "only-you-label" }, icon("eye"), "Only visible to you") : null,
    h("div", { class: "message-side" }, message.compact ? null : avatar(message.user, place.slack.app)),
    h(
      "div",
      { class: "message-main" },
      message.compact
        ? null
        : h(
            "div",
            { class: "message-head" },
            h("strong", {}, message.bot_profile?.name || nameOf(message.user)),
            isBot ? h("span", { class: "badge" }, "APP") : null,
            h("time", { title: wholeTime(at), datetime: at.toISOString() }, clockTime(at)),
          ),
      body(message, place),
      fileList(message.files || [], (file) => `/api/files/slack/${encodeURIComponent(file.id)}`),
      message.edited && !isBot ? h("small", { class: "edited" }, "(edited)") : null,
      reactions(message, place),
      repliesBar(message, place),
      message.only_you ? dismiss(message, place) : null,
    ),
    message.only_you ? null : toolbar(message, place),
  );
}

function body(message, place) {
  if (message.subtype === "tombstone") return h("p", { class: "tombstone" }, message.text);
  const surface = surfaceOf(message, place);
  const blocks = message.blocks?.length ? drawBlocks(message.blocks, surface) : h("div", { class: "words" }, mrkdwn(message.text || ""));
  const attachments = (message.attachments || []).map((attachment) => {
    const drawn = h("div", { class: "attachment" }, attachment.blocks ? drawBlocks(attachment.blocks, surface) : mrkdwn(attachment.text || ""));
    if (/^#[0-9a-f]{3,8}$/i.test(attachment.color || "")) drawn.style.borderLeftColor = attachment.color;
    return drawn;
  });
  return [blocks, attachments];
}

function surfaceOf(message, { desk, slack, channel }) {
  const where = { channel, ts: message.ts };
  return {
    viewer: slack.viewer,
    entered: (block, element) => message.entered?.[block.block_id]?.[element.action_id],
    enter: (block, _element, value) => {
      attempt(() => desk.act("slack/choose-in-message", { ...where, values: { [block.block_id]: value } }));
    },
    settle: () => {},
    keptNode: () => null,
    keepNode: () => {},
    suggest: async () => [],
    press: (block, element, selected) =>
      desk.tell("slack/press", { ...where, action_id: element.action_id, block_id: block.block_id, selected }),
  };
}

function reactions(message, { desk, channel }) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) =>
      h(
        "button",
        {
          type: "button",
          class: "reaction",
          title: reaction.users.map(nameOf).join(", "),
          "aria-label": `${reaction.name}, ${reaction.count}`,
          on: { click: () => desk.tell("slack/react", { channel, ts: message.ts, name: reaction.name }) },
        },
        emoji(reaction.name),
        ` ${reaction.count}`,
      ),
    ),
  );
}

function repliesBar(message, { desk, slack, inThread }) {
  if (inThread || !message.reply_count) return null;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h(
    "button",
    { type: "button", class: "replies", data: { focus: "replies" }, on: { click: () => desk.look({ thread: message.ts }) } },
    (message.reply_users || []).slice(0, 4).map((user) => avatar(user, slack.app, true)),
    h("strong", {}, count),
    h("span", {}, `Last reply ${dayAndTime(fromTs(message.latest_reply))}`),
  );
}

function dismiss(message, { desk }) {
  return h("button", { type: "button", class: "link", on: { click: () => desk.dismiss(message.ts) } }, "Dismiss message");
}

function toolbar(message, { desk, slack, channel, inThread }) {
  const react = (name) => desk.tell("slack/react", { channel, ts: message.ts, name });
  const shortcuts = (target) =>
    openMenu(
      target,
      slack.shortcuts.map((shortcut) => ({
        label: shortcut.name,
        detail: "RelayDesk",
        run: () => desk.tell("slack/message-shortcut", { channel, ts: message.ts, callback_id: shortcut.callback_id }),
      })),
    );
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
    QUICK.map((name) =>
      h("button", { type: "button", class: "quiet", "aria-label": `React with ${name}`, on: { click: () => react(name) } }, emoji(name)),
    ),
    inThread
      ? null
      : h(
          "button",
          { type: "button", class: "quiet", "aria-label": "Reply in thread", title: "Reply in thread", on: { click: () => desk.look({ thread: message.thread_ts || message.ts }) } },
          icon("thread"),
        ),
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": "More message actions",
        "aria-haspopup": "menu",
        title: "Message shortcuts",
        on: { click: (event) => shortcuts(event.currentTarget) },
      },
      icon("more"),
    ),
  );
}
