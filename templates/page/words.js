// How things are said: phases with their tone and icon, short images and commits, times.

const phases = {
  live: ['Live', 'good', 'good'],
  rolling_out: ['Rolling out', 'moving', 'moving'],
  applying: ['Applying', 'moving', 'moving'],
  building: ['Building', 'moving', 'moving'],
  pushing: ['Pushing', 'moving', 'moving'],
  waiting: ['Waiting', 'waiting', 'moving'],
  pending: ['Pending', 'waiting', 'moving'],
  degraded: ['Degraded', 'warning', 'warning'],
  rolled_back: ['Rolled back', 'warning', 'warning'],
  failed: ['Failed', 'bad', 'bad'],
  invalid: ['Invalid', 'bad', 'bad'],
  suspended: ['Suspended', 'paused', 'quiet'],
  removed: ['Removed', 'unknown', 'quiet'],
};
const syncs = {synced: ['Synced', 'good', 'good'], 'out of sync': ['Out of sync', 'warning', 'warning']};
const healths = {
  healthy: ['Healthy', 'good', 'good'],
  progressing: ['Progressing', 'moving', 'moving'],
  degraded: ['Degraded', 'warning', 'warning'],
  missing: ['Missing', 'bad', 'bad'],
};
const results = {
  converged: ['Converged', 'good', 'good'],
  degraded: ['Degraded', 'warning', 'warning'],
  failed: ['Failed', 'bad', 'bad'],
  '': ['Reconciling', 'moving', 'moving'],
};

const said = (table, word) => {
  const [label, icon, tone] = Object.hasOwn(table, word) ? table[word] : [word === 'unknown' ? 'Unknown' : word, 'unknown', 'quiet'];
  return {label, icon, tone};
};

export const phase = (word) => said(phases, word);
export const sync = (word) => said(syncs, word);
export const health = (word) => said(healths, word);
export const result = (word) => said(results, word);

/** Phases in the order of their chips: what needs somebody comes first. */
export const phaseOrder = ['failed', 'invalid', 'rolled_back', 'degraded', 'pending', 'waiting', 'building', 'pushing', 'applying', 'rolling_out', 'live', 'suspended', 'removed'];

/** `localhost:5000/default/blog:tag@sha256:9f3a1c2d…` → `default/blog:tag@9f3a1c2d`: the registry goes, and most of the digest. */
export function shortImage(image) {
  const [name, digest] = image.split('@sha256:');
  const slash = name.indexOf('/');
  const host = slash < 0 ? '' : name.slice(0, slash);
  const registry = host.includes('.') || host.includes(':') || host === 'localhost';
  const local = (registry ? name.slice(slash + 1) : name).replace(/:[0-9a-f]{40}$/, '');
  return digest ? `${local}@${digest.slice(0, 8)}` : local;
}

export const shortCommit = (id) => id.slice(0, 8);
export const counted = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;

let clockSkew = 0;

/** Ages are by Holdfast's clock, whatever this machine's says. */
export function setClock(now) {
  clockSkew = Date.parse(now) - Date.now();
}

const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

/** `3 min`, `2 h`, or `now`. */
export function age(time) {
  const seconds = Math.floor((Date.now() + clockSkew - Date.parse(time)) / 1000);
  const unit = units.find(([length]) => seconds >= length);
  return unit && seconds >= 5 ? `${Math.floor(seconds / unit[0])} ${unit[1]}` : 'now';
}

export const exactTime = (time) => new Date(time).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'medium'});
