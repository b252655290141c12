// What the word vectors need of linear algebra and of clustering. Plain loops: it runs once, while
// Deskbell is built, and gives the same on every machine.

const kSweeps = 12;
const kNothing = 1e-12;

const zeros = (size) => Array.from({ length: size }, () => new Float64Array(size));

/** The mean of vectors. */
export function meanOf(vectors) {
  const mean = new Float64Array(vectors[0].length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i] += vector[i] / vectors.length;
  return mean;
}

/** Of vectors around zero: the axes along which they spread, the widest first. */
export function principalAxes(vectors) {
  const size = vectors[0].length;
  const spread = zeros(size);
  for (const vector of vectors) {
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) spread[i][j] += (vector[i] * vector[j]) / vectors.length;
  }
  const axes = zeros(size);
  for (let i = 0; i < size; i++) axes[i][i] = 1;
  for (let sweep = 0; sweep < kSweeps; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(spread, axes, p, q);
  }
  return Array.from({ length: size }, (_, i) => i)
    .sort((a, b) => spread[b][b] - spread[a][a])
    .map((column) => axes.map((row) => row[column]));
}

/** One step of Jacobi's method: turns the axes p and q until nothing links them. */
function rotate(spread, axes, p, q) {
  if (Math.abs(spread[p][q]) < kNothing) return;
  const theta = (spread[q][q] - spread[p][p]) / (2 * spread[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (get, set) => {
    for (let k = 0; k < spread.length; k++) {
      const [a, b] = get(k);
      set(k, c * a - s * b, s * a + c * b);
    }
  };
  const columns = (rows) => turn((k) => [rows[k][p], rows[k][q]], (k, a, b) => { rows[k][p] = a; rows[k][q] = b; });
  columns(spread);
  turn((k) => [spread[p][k], spread[q][k]], (k, a, b) => { spread[p][k] = a; spread[q][k] = b; });
  columns(axes);
}

export function scaled(vector, factor) {
  return vector.map((value) => value * factor);
}

/** The vector made one long. */
export function unit(vector) {
  return scaled(vector, 1 / (Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1));
}

/**
 * Product quantisation (Jégou et al. 2011): each run of `part` numbers of a vector becomes the number of the nearest of
 * `count` centres, which k-means finds among the first `learned` vectors. `codes`: a row of bytes for each vector;
 * `centres`: of each part all its centres.
 */
export function quantise(vectors, { part, count, learned, rounds }) {
  const parts = vectors[0].length / part;
  const codes = vectors.map(() => new Uint8Array(parts));
  const centres = [];
  for (let at = 0; at < parts; at++) {
    const points = vectors.map((vector) => vector.subarray(at * part, (at + 1) * part));
    const means = clustered(points.slice(0, learned), count, rounds);
    points.forEach((point, i) => { codes[i][at] = nearest(point, means); });
    centres.push(means);
  }
  return { codes, centres };
}

function clustered(points, count, rounds) {
  let means = Array.from({ length: count }, (_, k) => points[Math.floor((k * points.length) / count)]);
  for (let round = 0; round < rounds; round++) means = meansOf(points, points.map((point) => nearest(point, means)), means);
  return means;
}

function nearest(point, means) {
  let best = 0;
  let least = Infinity;
  for (let k = 0; k < means.length; k++) {
    const mean = means[k];
    let distance = 0;
    for (let j = 0; j < point.length; j++) distance += (point[j] - mean[j]) ** 2;
    if (distance < least) {
      least = distance;
      best = k;
    }
  }
  return best;
}

/** The means of the points that have the same code; where none has it, what it was before. */
function meansOf(points, codes, before) {
  const sums = before.map((mean) => new Float64Array(mean.length));
  const counts = new Uint32Array(before.length);
  points.forEach((point, i) => {
    const sum = sums[codes[i]];
    counts[codes[i]]++;
    for (let j = 0; j < point.length; j++) sum[j] += point[j];
  });
  return sums.map((sum, k) => (counts[k] > 0 ? scaled(sum, 1 / counts[k]) : before[k]));
}
