// Figures, and how they are shown.

/** The value below which `share` of all lie. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const median = (values) => quantile(values, 0.5);

/** Three digits that count, and thousands apart. */
export function short(value) {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** A table of strings, its first column to the left, the others to the right. */
export function printTable(title, head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  console.log(`\n${title}`);
  for (const row of cells) {
    console.log(`  ${row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])).join('   ')}`);
  }
}

/** One goal, met or not, in one line; tiny counts say nothing of it. */
export function printGoal(goal, met) {
  if (!process.argv.includes('--quick')) console.log(`  goal: ${goal}: ${met ? 'met' : 'MISSED'}`);
}
