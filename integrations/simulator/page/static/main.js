// Puts the page together: one state, read again whenever the simulator says that something has changed.

import { act, follow, readState } from "./parts/api.js";
import { attempt, note } from "./parts/notes.js";
import { Drawer } from "./shop/drawer.js";
import { Mailbox } from "./shop/mailbox.js";
import { Orders } from "./shop/orders.js";
import { TopBar } from "./shop/top_bar.js";
import { SlackWindow } from "./slack/window.js";

const USUAL_MESSAGES = 40;

class Desk {
  constructor() {
    this.looking = { viewer: "", channel: "", thread: "", most: USUAL_MESSAGES, ...fromAddress() };
    this.state = null;
    this.reading = false;
    this.again = false;
    this.topBar = new TopBar(this);
    this.slack = new SlackWindow(this);
    this.mailbox = new Mailbox(this);
    this.orders = new Orders(this);
    this.drawer = new Drawer(this);
    this.windows = document.getElementById("windows");
  }

  start() {
    document.getElementById("top").replaceWith(this.topBar.element);
    this.windows.append(this.slack.element, this.mailbox.element, this.orders.element, this.drawer.element);
    this.topBar.show("slack");
    this.topBar.linked(false);
    setInterval(() => this.drawer.tick(this.topBar.tick()), 1000);
    follow(() => this.refresh(), (isLinked) => this.topBar.linked(isLinked));
  }

  // Looks elsewhere: at another channel or thread, or as another person.
  look(change) {
    Object.assign(this.looking, change);
    this.looking.most ??= USUAL_MESSAGES;
    toAddress(this.looking);
    this.refresh();
  }

  // Reads the state. Calls that come meanwhile are answered by one more reading, never by two at a time.
  async refresh() {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    do {
      this.again = false;
      const asked = JSON.stringify(this.looking);
      const state = await attempt(() => readState(this.looking));
      if (state && asked === JSON.stringify(this.looking)) {
        this.state = state;
        this.looking.viewer = state.slack.viewer;
        this.looking.channel ||= state.slack.channel?.id || "";
        this.draw();
      }
    } while (this.again);
    this.reading = false;
  }

  draw() {
    if (!this.state) return;
    this.slack.update(this.state, this.looking);
    this.topBar.update(this.state);
    this.mailbox.update(this.state);
    this.orders.update(this.state);
    this.drawer.update(this.state);
    this.drawer.tick(this.topBar.tick());
    document.body.dataset.ready = "yes";
  }

  // Does something as the acting person; throws what the simulator refuses.
  act(path, values) {
    return act(path, { as: this.looking.viewer, ...values });
  }

  // The same for acts without a form: refusals and Slack's warnings are shown as notes. Returns whether it went well.
  async tell(path, values) {
    const outcome = await attempt(() => this.act(path, values));
    if (outcome?.warning) note(outcome.warning);
    return Boolean(outcome && !outcome.warning);
  }

  dismiss(ts) {
    this.slack.dismiss(ts);
    this.draw();
  }

  writeAbout(orderId) {
    this.topBar.show("mailbox");
    this.mailbox.letter.open(orderId);
  }

  toggleDrawer() {
    this.drawer.toggle();
  }

  drawerToggled(isOpen) {
    this.topBar.faults.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.topBar.faults.focus();
  }
}

function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const known = { viewer: asked.get("as"), channel: asked.get("channel"), thread: asked.get("thread") };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value));
}

function toAddress({ viewer, channel, thread }) {
  const told = new URLSearchParams({ as: viewer, channel, ...(thread ? { thread } : {}) });
  history.replaceState(null, "", `#${told}`);
}

new Desk().start();
