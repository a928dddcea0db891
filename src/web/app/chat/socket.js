// One WebSocket: frames with answers, and what is pushed. Whether and when to open another one is `connection.js`'s to say.

import { Problem } from '../base/api.js';

/** @typedef {{ session: string, user: Account, epoch: string, heartbeat_s: number, max_frame: number, limited: Missed[], others: Missed[], gone: string[], online: string[] }} Greeting */
/** @typedef {{ conversation: string, from: number, head: number }} Missed */
/** @typedef {{ push: 'event', event: ChatEvent } | { push: 'typing', conversation: string, user: string }
 * | { push: 'presence', user: string, online: boolean } | { push: 'read', conversation: string, user: string, seq: number }
 * | { push: 'conversation', conversation: string } | { push: 'notification' }} Push */

/** How long an answer may take before the connection counts as dead, in milliseconds. */
const PATIENCE = 20_000;

/** How often it is looked whether anything was heard, in milliseconds. */
const LOOK = 5000;

/** How long it may take until there is a line, and until the server has said who one is, in milliseconds. After a change of
 * the network a browser may wait for a line for ever. */
const HANDSHAKE = 10_000;

const lost = () => new Problem(0, 'unreachable', 'The connection broke off.');

/** @param {{ code: string, message: string, retry_after?: number, errors?: FieldProblem[] }} error */
const refused = ({ code, message, retry_after = 0, errors = [] }) => new Problem(code === 'rate_limited' ? 429 : 422, code, message, errors, retry_after);

export class Socket {
  /** @type {Map<string, { done: (answer: any) => void, failed: (problem: Problem) => void, timer: number }>} */
  #asked = new Map();
  #next = 1;
  #heard = performance.now();
  #silence = 60_000;
  #timer = 0;
  #late = 0;
  #isOver = false;
  /** Whether the server knows who one is. */
  isGreeted = false;

  /** @param {{ opened: () => void, pushed: (push: Push) => void, closed: (code: number) => void }} ears
   * `closed` is called once, with the close code; 1006 where the connection just ended */
  constructor(ears) {
    this.ears = ears;
    const url = new URL('/api/v1/ws', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.line = new WebSocket(url, 'hearth.v1');
    this.#late = setTimeout(() => this.close(), HANDSHAKE);
    this.line.onopen = () => {
      clearTimeout(this.#late);
      ears.opened();
    };
    this.line.onmessage = ({ data }) => this.#read(data);
    this.line.onclose = ({ code }) => this.#end(code);
  }

  /** @param {string} data */
  #read(data) {
    this.#heard = performance.now();
    const frame = JSON.parse(data);
    if (frame.id === undefined) return this.ears.pushed(frame);
    const asked = this.#asked.get(frame.id);
    this.#asked.delete(frame.id);
    if (!asked) return undefined;
    clearTimeout(asked.timer);
    return frame.ok ? asked.done(frame) : asked.failed(refused(frame.error));
  }

  /** Asks for something. @param {string} op @param {Record<string, unknown>} [fields] @param {number} [patience] @returns {Promise<any>} */
  ask(op, fields = {}, patience = PATIENCE) {
    return new Promise((done, failed) => {
      if (this.#isOver || this.line.readyState !== WebSocket.OPEN) return failed(lost());
      const id = String(this.#next++);
      const timer = setTimeout(() => this.close(), patience);
      this.#asked.set(id, { done, failed, timer });
      return this.line.send(JSON.stringify({ ...fields, id, op }));
    });
  }

  /** Says who one is. @param {Record<string, unknown>} fields @returns {Promise<Greeting>} */
  async greet(fields) {
    const greeting = await this.ask('hello', fields, HANDSHAKE);
    this.isGreeted = true;
    return greeting;
  }

  /** Asks whether the server is there once nothing was heard for `seconds`: a line that is cut off says nothing by itself.
   * @param {number} seconds */
  watch(seconds) {
    this.#silence = seconds * 1000;
    this.#timer = setInterval(() => {
      if (performance.now() - this.#heard > this.#silence) this.check();
    }, LOOK);
  }

  /** Asks whether the server is there; without an answer soon the connection ends. */
  check() {
    this.#heard = performance.now();
    this.ask('ping', {}, LOOK).catch(() => {});
  }

  /** Ends it at once: on a dead line the browser would wait long for a goodbye. */
  close() {
    this.line.close();
    this.#end(1006);
  }

  /** @param {number} code */
  #end(code) {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    clearTimeout(this.#late);
    for (const { failed, timer } of this.#asked.values()) {
      clearTimeout(timer);
      failed(lost());
    }
    this.#asked.clear();
    this.ears.closed(code);
  }
}
