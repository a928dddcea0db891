// The logs of conversations: what is here of each has no gaps, whichever way it came.

import { batch, signal } from '../vendor/preact.js';
import { get, Problem, query } from '../base/api.js';
import { me } from './conversations.js';
import { changed, find, findAt, hasPlace, hiddenBy, isChange } from './fold.js';
import { link } from './line.js';

/** @typedef {import('./fold.js').Entry} Entry */
/** @template T @typedef {import('../vendor/preact.js').Signal<T>} Signal */

/** Events of a page. */
const PAGE = 60;
const LONG_PAGE = 100;

/** How long after the server was asked for a message it may still be told of changes that the answer knew, in milliseconds. */
const DOUBT = 5000;

/** Further behind than this, an open log begins anew at its end. */
const FAR = 3000;

/** How long it waits before it asks again for what is missing, at first and at most, in milliseconds. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

const NEWEST = Number.MAX_SAFE_INTEGER;

export class Log {
  /** What is shown, in order. @type {Signal<Entry[]>} */
  entries = signal([]);
  /** Messages that are quoted and not among them; null for one that is not there. @type {Signal<Map<number, Entry | null>>} */
  aside = signal(new Map());
  /** The first event that is here, and whether any is. */
  from = signal(NEWEST);
  isLoaded = signal(false);
  isLoading = signal(false);
  problem = signal(/** @type {Problem | null} */ (null));
  /** The last event that is here. */
  to = 0;
  /** Messages that were deleted for this account alone. @type {Set<number>} */
  hidden = new Set();
  /** Changes of one's own that are on their way: they show whatever the server says meanwhile. @type {Set<ChatEvent>} */
  intended = new Set();
  /** What one's messages should say now, where the server has not taken that. @type {Map<number, string>} */
  unsaved = new Map();
  /** Heard, and not in order yet. @type {Map<number, Entry>} */
  #early = new Map();
  /** What changes while pages are on their way: they may be older than that. @type {Set<ChatEvent[]>} */
  #meanwhile = new Set();
  /** How far it is known to go. */
  #head = 0;
  /** @type {Promise<void> | null} */
  #filling = null;
  #failures = 0;
  /** @type {Promise<void>} */
  #loading = Promise.resolve();
  /** Messages of which the server knows more. @type {Set<number>} */
  #doubtful = new Set();
  #timer = 0;

  /** @param {string} id */
  constructor(id) {
    this.id = id;
  }

  /** A message or another entry by its place. @param {number} seq @returns {Entry | null | undefined} */
  entry(seq) {
    return find(this.entries.value, seq) ?? this.aside.value.get(seq);
  }

  /** Asks for events; what is heard while they come is put over them. @param {Record<string, number>} parameters
   * @param {(events: Entry[]) => void} take */
  async #read(parameters, take) {
    /** @type {ChatEvent[]} */
    const meanwhile = [];
    this.#meanwhile.add(meanwhile);
    try {
      const read = performance.now();
      /** @type {Paged<ChatEvent>} */
      const { items } = await get(query(`/conversations/${this.id}/events`, parameters));
      batch(() => {
        for (const event of items) if (hiddenBy(event)) this.hidden.add(hiddenBy(event));
        take(items.map((event) => ({ ...event, read })));
        for (const event of [...meanwhile, ...this.intended]) this.#change(event, false);
      });
    } finally {
      this.#meanwhile.delete(meanwhile);
    }
  }

  /** @param {Entry[]} events */
  #shown = (events) => events.filter((event) => hasPlace(event) && !this.hidden.has(event.seq));

  /** Runs one load after the other, and keeps what went wrong. @param {() => Promise<void>} run */
  async #load(run) {
    while (this.isLoading.peek()) await this.#loading;
    this.isLoading.value = true;
    this.problem.value = null;
    this.#loading = run().catch((error) => {
      this.problem.value = error instanceof Problem ? error : new Problem(0, 'unknown', 'That did not work. Try again.');
    }).finally(() => {
      this.isLoading.value = false;
    });
    return this.#loading;
  }

  /** The newest page, where nothing is here yet. */
  open() {
    return this.#load(async () => {
      if (this.isLoaded.peek()) return;
      await this.#read({ before: NEWEST, limit: PAGE }, (events) => {
        this.entries.value = this.#shown(events);
        this.from.value = events[0]?.seq ?? 1;
        this.to = events.at(-1)?.seq ?? 0;
        this.isLoaded.value = true;
      });
      this.#settle();
    });
  }

  /** A page more of what was before, unless something comes just now. */
  async older() {
    if (!this.isLoading.peek()) await this.#load(() => this.#older(PAGE));
  }

  /** @param {number} limit */
  async #older(limit) {
    const from = this.from.peek();
    if (from <= 1 || !this.isLoaded.peek()) return;
    await this.#read({ before: from, limit }, (events) => {
      this.entries.value = this.#shown([...events, ...this.entries.peek()]);
      this.from.value = events[0]?.seq ?? 1;
    });
  }

  /** Everything from `seq` on. @param {number} seq */
  reach(seq) {
    return this.#load(async () => {
      while (this.isLoaded.peek() && this.from.peek() > Math.max(seq, 1)) await this.#older(LONG_PAGE);
    });
  }

  /** Asks for a message that is quoted, where it is not here. @param {number} seq */
  async quote(seq) {
    if (this.entry(seq) !== undefined) return;
    await this.#read({ after: seq - 1, limit: 1 }, (events) => {
      const [found] = events;
      this.#setAside(seq, found?.seq === seq && found.kind === 'message' ? found : null);
    }).catch(() => {});
  }

  /** @param {number} seq @param {Entry | null} entry */
  #setAside(seq, entry) {
    const next = new Map(this.aside.peek());
    next.set(seq, entry);
    this.aside.value = next;
  }

  /** Something happened. @param {ChatEvent} event @param {boolean} isLive whether it happened just now */
  heard(event, isLive) {
    for (const meanwhile of this.#meanwhile) if (isChange(event)) meanwhile.push(event);
    if (this.isLoaded.peek() && event.seq <= this.to) return;
    this.#early.set(event.seq, isLive ? { ...event, isFresh: true } : { ...event, read: performance.now() });
    this.#settle();
  }

  /** Takes what is next in order, and asks for what is missing between. */
  #settle() {
    this.#join();
    if (this.isLoaded.peek() && this.#early.size) this.fill(Math.max(...this.#early.keys()));
  }

  /** Takes what is next in order. */
  #join() {
    if (!this.isLoaded.peek()) return;
    batch(() => {
      for (const seq of this.#early.keys()) if (seq <= this.to) this.#early.delete(seq);
      for (let next = this.#early.get(this.to + 1); next; next = this.#early.get(this.to + 1)) {
        this.#early.delete(next.seq);
        this.#append(next);
      }
    });
  }

  /** @param {Entry} event */
  #append(event) {
    this.to = event.seq;
    if (isChange(event)) this.#change(event, event.isFresh ?? false);
    else if (hasPlace(event)) this.entries.value = [...this.entries.peek(), event];
  }

  /** Asks for everything up to `head`, and tries again while that fails. @param {number} head */
  async fill(head) {
    this.#head = Math.max(this.#head, head);
    if (this.isLoaded.peek() && this.to < this.#head) this.#filling ??= this.#fill();
    await this.#filling;
  }

  async #fill() {
    try {
      while (this.isLoaded.peek() && this.to < this.#head) await this.#next();
      this.#failures = 0;
    } catch (error) {
      this.#fillLater(/** @type {Problem} */ (error));
    } finally {
      this.#filling = null;
    }
  }

  async #next() {
    if (this.#head - this.to > FAR) {
      this.isLoaded.value = false;
      return this.open();
    }
    const before = this.to;
    await this.#read({ after: before, limit: LONG_PAGE }, (events) => {
      for (const event of events) if (event.seq === this.to + 1) this.#append(event);
    });
    // The server has no more.
    if (this.to === before) this.#head = before;
    return this.#join();
  }

  /** Once the connection is lost, making it again asks for what is missing. @param {Problem} problem */
  #fillLater({ status, retryAfter = 0 }) {
    if (status >= 400 && status < 500 && status !== 429) return;
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE);
    this.#failures += 1;
    setTimeout(() => link.peek() === 'offline' || this.fill(0), Math.max(pause, retryAfter * 1000));
  }

  /** @param {ChatEvent} event @param {boolean} isLive */
  #change(event, isLive) {
    const seq = event.message_seq ?? 0;
    if (!seq) return;
    if (hiddenBy(event)) {
      this.hide(seq);
      return;
    }
    const entry = find(this.entries.peek(), seq) ?? this.aside.peek().get(seq);
    if (!entry) return;
    // What the server said of a message knows the emoji up to then: the same ones must not count twice.
    const isSure = isLive && (entry.isFresh || performance.now() - (entry.read ?? 0) > DOUBT);
    if (event.kind === 'reaction' && !isSure && event.actor !== me()) this.#doubt(seq);
    else this.update(seq, (now) => changed(now, event, me()));
  }

  /** Puts another one in the place of a message. @param {number} seq @param {(entry: Entry) => Entry} change */
  update(seq, change) {
    const at = findAt(this.entries.peek(), seq);
    const entry = this.entries.peek()[at];
    const aside = this.aside.peek().get(seq);
    if (entry) this.entries.value = this.entries.peek().with(at, change(entry));
    if (aside) this.#setAside(seq, change(aside));
  }

  /** Takes a message out of sight. @param {number} seq */
  hide(seq) {
    this.hidden.add(seq);
    this.entries.value = this.entries.peek().filter((entry) => entry.seq !== seq);
  }

  /** Puts it back. @param {Entry} entry */
  unhide(entry) {
    this.hidden.delete(entry.seq);
    this.entries.value = [...this.entries.peek().filter(({ seq }) => seq !== entry.seq), entry].sort((a, b) => a.seq - b.seq);
  }

  /** Asks for a message once more, soon. @param {number} seq */
  #doubt(seq) {
    this.#doubtful.add(seq);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#clear().catch(() => {}), 500);
  }

  async #clear() {
    while (this.#doubtful.size) {
      const first = Math.min(...this.#doubtful);
      const limit = this.#doubtful.size > 1 ? LONG_PAGE : 1;
      const asked = [...this.#doubtful].filter((seq) => seq < first + limit);
      asked.forEach((seq) => this.#doubtful.delete(seq));
      await this.#read({ after: first - 1, limit }, (events) => {
        for (const event of events) if (asked.includes(event.seq)) this.update(event.seq, () => event);
      });
    }
  }

  /** What is here, to be kept over a reload. @param {number} most @returns {Kept} */
  keep(most) {
    const entries = this.entries.peek().slice(-most);
    const from = entries.length < this.entries.peek().length ? entries[0]?.seq ?? this.from.peek() : this.from.peek();
    return { id: this.id, from, to: this.to, hidden: [...this.hidden], entries: entries.map(({ isFresh, read, ...event }) => event) };
  }

  /** @param {Kept} kept */
  restore(kept) {
    const read = performance.now();
    this.hidden = new Set(kept.hidden);
    this.entries.value = kept.entries.map((event) => ({ ...event, read }));
    this.from.value = kept.from;
    this.to = kept.to;
    this.isLoaded.value = true;
  }
}

/** @typedef {{ id: string, from: number, to: number, hidden: number[], entries: ChatEvent[] }} Kept */
