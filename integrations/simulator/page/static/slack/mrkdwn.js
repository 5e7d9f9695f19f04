// Slack's mrkdwn as nodes. Control sequences stand in angle brackets; `&amp;`, `&lt;` and `&gt;` are undone once, and
// only outside of them, so that an escaped mention stays words and a doubly escaped one stays visibly escaped.

import { h } from "../parts/dom.js";
import { slackDate } from "../parts/times.js";
import { emoji } from "./emoji.js";
import { channelNode, groupNode, linkNode, personNode, rangeNode } from "./references.js";

const FENCE = /```([\s\S]+?)```/;
const STYLES = [
  ["*", "strong"],
  ["_", "em"],
  ["~", "s"],
];

export function unescape(text) {
  return text.replace(/&(amp|lt|gt);/g, (_whole, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}

// `verbatim` switches nothing off here but the making of links, which this page never does by itself.
export function mrkdwn(text) {
  const nodes = [];
  let rest = text;
  for (let found = FENCE.exec(rest); found; found = FENCE.exec(rest)) {
    nodes.push(...lines(rest.slice(0, found.index)));
    nodes.push(h("pre", {}, references(found[1].replace(/^\n|\n$/g, ""))));
    rest = rest.slice(found.index + found[0].length).replace(/^\n/, "");
  }
  return [...nodes, ...lines(rest)];
}

function lines(text) {
  const nodes = [];
  let quoted = [];
  const endQuote = () => {
    if (quoted.length) nodes.push(h("blockquote", {}, joined(quoted)));
    quoted = [];
  };
  const plain = [];
  const endPlain = () => {
    if (plain.length) nodes.push(...joined(plain.splice(0)));
  };
  for (const line of text ? text.split("\n") : []) {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (quote) {
      endPlain();
      quoted.push(quote[1]);
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endPlain();
  endQuote();
  return nodes;
}

function joined(texts) {
  return texts.flatMap((text, place) => (place ? [h("br"), ...inline(text)] : inline(text)));
}

function inline(text) {
  const nodes = [];
  let words = "";
  const flush = () => {
    if (words) nodes.push(unescape(words));
    words = "";
  };
  let at = 0;
  while (at < text.length) {
    const found = special(text, at);
    if (found) {
      flush();
      nodes.push(found.node);
      at += found.length;
    } else {
      words += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function special(text, at) {
  const rest = text.slice(at);
  const code = /^`([^`\n]+)`/.exec(rest);
  if (code) return { node: h("code", {}, references(code[1])), length: code[0].length };
  const control = /^<([^<>]+)>/.exec(rest);
  if (control) return { node: reference(control[1]), length: control[0].length };
  const named = /^:([a-z0-9_+-]+):/.exec(rest);
  if (named && emoji(named[1]) !== named[0]) return { node: emoji(named[1]), length: named[0].length };
  if (at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1])) return null;
  for (const [mark, tag] of STYLES) {
    const styled = rest.startsWith(mark) ? within(rest, mark) : null;
    if (styled) return { node: h(tag, {}, inline(styled)), length: styled.length + 2 };
  }
  return null;
}

// What stands between two marks: no blank beside a mark on the inside, no letter right after the second one.
function within(text, mark) {
  for (let end = text.indexOf(mark, 1); end > 0; end = text.indexOf(mark, end + 1)) {
    const inner = text.slice(1, end);
    if (inner && !/^\s|\s$/.test(inner) && !/^[\p{L}\p{N}]/u.test(text.slice(end + 1))) return inner;
  }
  return null;
}

function references(text) {
  return text.split(/(<[^<>]+>)/).map((part) => (/^<[^<>]+>$/.test(part) ? reference(part.slice(1, -1)) : unescape(part)));
}

function reference(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inner.slice(bar + 1));
  if (target.startsWith("@")) return personNode(target.slice(1), label);
  if (target.startsWith("#")) return channelNode(target.slice(1), label);
  if (target.startsWith("!subteam^")) return groupNode(label || target.slice("!subteam^".length));
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return rangeNode(target.slice(1));
  return linkNode(unescape(target), label);
}

function dateNode(target, fallback) {
  const [, seconds, format = "", address] = target.split("^");
  const text = slackDate(seconds, unescape(format), fallback);
  return address ? linkNode(unescape(address), text) : h("time", { title: fallback }, text);
}
