/** What the torture tells at its end. */

const PLACES = [
  'start-up',
  'training',
  'validation',
  'around a checkpoint',
  'within a checkpoint',
  'within a transaction',
  'after completion',
];
const WHOM = ['trainer', 'owner', 'both'];

export function reportOn(lives, { seconds, seed }) {
  const kills = lives.flatMap((life) => life.kills);
  const sum = (count) => lives.reduce((all, life) => all + count(life), 0);
  return {
    seed,
    seconds: Math.round(seconds),
    kills: kills.length,
    lives: lives.length,
    starts: sum((life) => life.starts),
    completed: lives.filter((life) => life.state === 'completed').length,
    identical: lives.filter((life) => life.state === 'completed' && life.problems.length === 0).length,
    gaps: sum((life) => life.found.gaps?.length ?? 0),
    rowsWatched: sum((life) => life.ledger.rowsSeen),
    rowsLost: sum((life) => life.lost),
    rowsChanged: sum((life) => life.changed),
    fell: Object.fromEntries(
      PLACES.map((place) => [
        place,
        Object.fromEntries(
          WHOM.map((whom) => [
            whom,
            kills.filter((kill) => kill.where === place && kill.whom === whom).length,
          ]),
        ),
      ]),
    ),
    problems: lives.flatMap(({ home, problems }) => problems.map((problem) => ({ home, problem }))),
  };
}

export function reportLines(report) {
  const { fell, problems } = report;
  const row = (name, cells) => `${name.padEnd(22)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  const total = (counts) => WHOM.reduce((all, whom) => all + counts[whom], 0);
  const lines = ['', row('Where kills fell', [...WHOM, 'all'])];
  for (const place of PLACES) {
    lines.push(row(place, [...WHOM.map((whom) => fell[place][whom]), total(fell[place])]));
  }
  const columns = WHOM.map((whom) => PLACES.reduce((all, place) => all + fell[place][whom], 0));
  lines.push(row('all', [...columns, report.kills]), '');
  lines.push(
    `${report.starts} starts, ${report.gaps} gaps, ${report.rowsWatched} metric rows watched, ${report.seconds} s.`,
  );
  for (const { home, problem } of problems) lines.push(`Wrong: ${problem} (${home})`);
  lines.push(lastLine(report));
  return lines;
}

export function lastLine({ kills, lives, completed, identical, rowsLost, rowsChanged, problems, seed }) {
  const verdict =
    problems.length === 0
      ? 'database sound each time, weights and metrics identical to the unkilled twin'
      : `${identical} identical to the unkilled twin, ${problems.length} things wrong`;
  return (
    `${kills} kills, ${lives} lives, ${rowsLost} rows lost, ${rowsChanged} changed, ${lives - completed} stuck, ` +
    `${verdict} (seed ${seed})`
  );
}
