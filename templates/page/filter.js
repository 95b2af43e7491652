// The filter box and a chip for each phase that is there.

import {byId, el, icon, setText} from './dom.js';
import {phase, phaseOrder} from './words.js';

export class Filter {
  #chosen = new Set();
  #chips = new Map();

  constructor(onChange) {
    this.onChange = onChange;
    this.box = byId('filter');
    this.chips = byId('chips');
    this.box.addEventListener('input', onChange);
    byId('clear').addEventListener('click', () => this.clear());
    document.addEventListener('keydown', (event) => {
      const typing = event.target.matches?.('input, textarea');
      if (event.key === '/' && !typing && !document.querySelector('dialog[open]')) {
        event.preventDefault();
        this.box.focus();
      }
    });
  }

  clear() {
    this.box.value = '';
    for (const word of [...this.#chosen]) this.#toggle(word);
    this.onChange();
    this.box.focus();
  }

  /** What a row must be to be shown. */
  get matches() {
    const words = this.box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = this.#chosen;
    return (row) => (chosen.size === 0 || chosen.has(row.app.phase)) && words.every((word) => row.words.includes(word));
  }

  /** A chip for each phase that some app is in, with their number; one that is chosen stays until it is let go. */
  count(apps) {
    const counts = new Map();
    for (const app of apps) counts.set(app.phase, (counts.get(app.phase) ?? 0) + 1);
    for (const word of phaseOrder) {
      const count = counts.get(word) ?? 0;
      if (count === 0 && !this.#chips.has(word)) continue;
      const chip = this.#chips.get(word) ?? this.#add(word);
      setText(chip.lastChild, String(count));
      chip.hidden = count === 0 && !this.#chosen.has(word);
    }
  }

  #add(word) {
    const said = phase(word);
    const chip = el('button', {type: 'button', class: 'chip', 'data-tone': said.tone, 'aria-pressed': 'false'},
                    icon(said.icon), `${said.label} `, el('b'));
    chip.addEventListener('click', () => {
      this.#toggle(word);
      this.onChange();
    });
    this.#chips.set(word, chip);
    this.chips.replaceChildren(...phaseOrder.map((other) => this.#chips.get(other)).filter(Boolean));
    return chip;
  }

  #toggle(word) {
    if (!this.#chosen.delete(word)) this.#chosen.add(word);
    this.#chips.get(word).setAttribute('aria-pressed', String(this.#chosen.has(word)));
  }
}
