// The table of apps. A row is made once and then patched where it differs, so that a thousand apps stay smooth.

import {keyOf} from './board.js';
import {mark, timeSince} from './cells.js';
import {el, setAttribute, setText} from './dom.js';
import {health, phase, shortCommit, shortImage, sync} from './words.js';

class Row {
  constructor(app) {
    this.key = keyOf(app);
    this.name = el('button', {type: 'button', class: 'name', 'aria-haspopup': 'dialog'}, app.name);
    this.phase = mark(phase(app.phase), true);
    this.sync = mark(sync(app.sync));
    this.health = mark(health(app.health));
    this.replicas = el('span');
    this.image = el('code');
    this.source = el('span');
    this.reason = el('span', {class: 'clamp'});
    this.since = timeSince(app.since);
    const cells = {app: this.name, phase: this.phase, sync: this.sync, health: this.health, replicas: this.replicas,
                   image: this.image, source: this.source, reason: this.reason, since: this.since};
    this.element = el('tr', {role: 'row', 'data-key': this.key},
                      ...Object.entries(cells).map(([name, cell]) => el('td', {role: 'cell', class: `c-${name}`}, cell)));
    this.set(app);
  }

  set(app) {
    const {desired, running} = app.replicas;
    this.app = app;
    this.phase.set(phase(app.phase));
    this.sync.set(sync(app.sync));
    this.health.set(health(app.health));
    setText(this.replicas, `${running}/${desired}`);
    setAttribute(this.replicas, 'class', running < desired ? 'short' : '');
    setText(this.image, shortImage(app.image) || '–');
    setAttribute(this.image, 'title', app.image);
    setText(this.source, app.source.description || shortCommit(app.source.commit));
    setAttribute(this.source, 'title', app.source.commit);
    setText(this.reason, app.reason);
    setAttribute(this.reason, 'title', app.reason);
    this.since.set(app.since);
    this.words = [this.key, app.phase, phase(app.phase).label, app.sync, app.health, app.image, app.source.description, app.source.commit, app.reason]
                     .join('\n').toLowerCase();
  }

  flash() {
    this.element.classList.remove('changed');
    requestAnimationFrame(() => this.element.classList.add('changed'));
  }
}

/** The apps of one environment under their heading. */
class Group {
  rows = [];  // by name

  constructor(environment) {
    this.environment = environment;
    this.count = el('span', {class: 'quiet'});
    this.element = el('tbody', {role: 'rowgroup'},
                      el('tr', {role: 'row', class: 'group'}, el('th', {role: 'rowheader', scope: 'rowgroup', colspan: 9}, environment, ' ', this.count)));
  }

  insert(row) {
    const at = this.rows.findLastIndex((other) => other.key < row.key) + 1;
    this.element.insertBefore(row.element, this.rows[at]?.element ?? null);
    this.rows.splice(at, 0, row);
  }

  remove(row) {
    row.element.remove();
    this.rows.splice(this.rows.indexOf(row), 1);
  }

  refresh() {
    const shown = this.rows.filter((row) => !row.element.hidden).length;
    const live = this.rows.filter((row) => row.app.phase === 'live').length;
    this.element.hidden = shown === 0;
    setText(this.count, live === this.rows.length ? `all ${live} live` : `${live} of ${this.rows.length} live`);
    return shown;
  }
}

export class Table {
  #rows = new Map();
  #groups = new Map();
  #matches = () => true;

  constructor(element, onOpen) {
    this.element = element;
    element.addEventListener('click', (event) => {
      const row = event.target.closest('tr[data-key]');
      if (row && getSelection().isCollapsed) onOpen(row.dataset.key);
    });
    element.addEventListener('animationend', (event) => event.target.classList.remove('changed'));
    element.addEventListener('keydown', (event) => this.#walk(event));
  }

  /** Shows what changed and gives the number of rows that are visible. */
  take(changed, gone, flash) {
    for (const key of gone) this.#drop(key);
    for (const app of changed) {
      const row = this.#upsert(app);
      row.element.hidden = !this.#matches(row);
      if (flash) row.flash();
    }
    return this.#refresh();
  }

  /** Only rows for which `matches({app, words})` says so are shown from now on. */
  filter(matches) {
    this.#matches = matches;
    for (const row of this.#rows.values()) row.element.hidden = !matches(row);
    return this.#refresh();
  }

  #upsert(app) {
    let row = this.#rows.get(keyOf(app));
    if (row) {
      row.set(app);
    } else {
      row = new Row(app);
      this.#rows.set(row.key, row);
      this.#group(app.environment).insert(row);
    }
    return row;
  }

  #drop(key) {
    const row = this.#rows.get(key);
    if (!row) return;
    this.#rows.delete(key);
    const group = this.#groups.get(row.app.environment);
    group.remove(row);
    if (group.rows.length > 0) return;
    group.element.remove();
    this.#groups.delete(group.environment);
  }

  #group(environment) {
    let group = this.#groups.get(environment);
    if (group) return group;
    group = new Group(environment);
    this.#groups.set(environment, group);
    const next = [...this.#groups.values()].filter((other) => other.environment > environment)
                     .reduce((least, other) => (least && least.environment < other.environment ? least : other), null);
    this.element.insertBefore(group.element, next?.element ?? null);
    return group;
  }

  #refresh() {
    let shown = 0;
    for (const group of this.#groups.values()) shown += group.refresh();
    return shown;
  }

  /** Arrow keys go from app to app. */
  #walk(event) {
    if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || !event.target.matches('.name')) return;
    const names = [...this.element.querySelectorAll('tbody:not([hidden]) tr:not([hidden]) .name')];
    const next = names[names.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
    next?.focus();
    event.preventDefault();
  }
}
