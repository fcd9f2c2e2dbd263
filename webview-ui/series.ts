/** The numbers behind a chart: several series on one x axis, for the picture and for the table beside it. */
export interface Point {
  x: number
  y: number
}

export interface Aligned {
  /** Ascending, each once. */
  xs: number[]
  /** For each series its value at each x; null where it has none. */
  values: (number | null)[][]
}

/** Series, each ascending in x, on one axis. */
export function aligned(series: readonly (readonly Point[])[]): Aligned {
  const xs = [...new Set(series.flatMap((points) => points.map(({ x }) => x)))].sort((a, b) => a - b)
  const places = new Map(xs.map((x, place) => [x, place]))
  const values = series.map((points) => {
    const row = new Array<number | null>(xs.length).fill(null)
    for (const { x, y } of points) row[places.get(x)!] = y
    return row
  })
  return { xs, values }
}

/** Which x a table shows: about `most` at even distances, the last one, and all where a series has only a few points. */
export function tableRows({ xs, values }: Aligned, most: number): number[] {
  if (xs.length <= most) return [...xs.keys()]
  const rare = values.filter((row) => row.filter((value) => value !== null).length <= most)
  const every = Math.ceil(xs.length / most)
  return [...xs.keys()].filter((place) => (place + 1) % every === 0 || place === xs.length - 1 || rare.some((row) => row[place] !== null))
}
