// What Holdfast last said: every app by its key, and the head of the board.

export const keyOf = (app) => `${app.environment}/${app.name}`;

export class Board {
  apps = new Map();
  head = null;
  revisions = [];
  diagnostics = {total: 0, first: []};

  /** Takes an event in, and says which apps it changed and which are gone. */
  take(event) {
    const {apps, removed, revisions, diagnostics, ...head} = event;
    const changed = apps.filter((app) => this.#replace(app));
    const gone = removed.map(keyOf);
    if (event.whole) {
      const there = new Set(apps.map(keyOf));
      gone.push(...[...this.apps.keys()].filter((key) => !there.has(key)));
    }
    for (const key of gone) this.apps.delete(key);
    this.head = head;
    this.revisions = revisions ?? this.revisions;
    this.diagnostics = diagnostics ?? this.diagnostics;
    return {changed, gone, revisionsChanged: revisions !== undefined, diagnosticsChanged: diagnostics !== undefined};
  }

  /** After a reconnect most apps are as they were: those need no touch. */
  #replace(app) {
    const before = this.apps.get(keyOf(app));
    if (before && JSON.stringify(before) === JSON.stringify(app)) return false;
    this.apps.set(keyOf(app), app);
    return true;
  }
}
