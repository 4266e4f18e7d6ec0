// A picture for a video that has none: the title decides palette and composition, so that a
// video looks the same everywhere and for ever.
import { Chance } from './chance'
import { palettes, type Palette } from './palettes'

export interface Shape {
  d: string
  fill?: string
  stroke?: string
  width?: number
  opacity?: number
}

export interface Picture {
  palette: Palette
  width: number
  height: number
  shapes: Shape[]
  /** A short Chinese title stands upright in some. */
  prefersUpright: boolean
}

interface Canvas {
  w: number
  h: number
  /** The shorter side. */
  s: number
  chance: Chance
  palette: Palette
  /** A place between the sides; in a wide picture to the right, words stand on the left. */
  across: (from: number, to: number) => number
}

type Composition = (canvas: Canvas) => Shape[]

const n = (value: number) => Math.round(value * 10) / 10

const disc = (x: number, y: number, r: number) =>
  `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0Z`

const box = (x: number, y: number, w: number, h: number) => `M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}Z`

const polygon = (...points: [number, number][]) => `M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}Z`

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

/** Ridges of hills before a sun. */
const hills: Composition = ({ w, h, s, chance, palette, across }) => {
  const [a, b, c, d] = palette.tones
  const sun = { d: disc(across(0.3, 0.72), h * chance.between(0.24, 0.36), s * chance.between(0.14, 0.24)), fill: d }
  const ridge = (at: number): Shape => {
    const base = h * (0.42 + at * 0.13)
    const [swing, turn, wave] = [s * chance.between(0.05, 0.11), chance.between(0, 6), chance.between(1.1, 2.2)]
    const line = times(17, (x) => {
      const angle = (x / 16) * wave * 6.28 * (w / h / 0.67) ** 0.5 + turn
      return `${n((x / 16) * w)} ${n(base + Math.sin(angle) * swing + Math.sin(angle * 2.3) * swing * 0.35)}`
    })
    return { d: `M0 ${h}L${line.join('L')}L${w} ${h}Z`, fill: [c, b, a, palette.ground][at] }
  }
  return [sun, ...times(4, ridge)]
}

/** Rings that spread from a point. */
const ripples: Composition = ({ h, s, chance, palette, across }) => {
  const [x, y] = [across(0.15, 0.85), h * chance.between(0.2, 0.5)]
  const step = s * chance.between(0.1, 0.15)
  const count = 9
  return times(count, (at) => {
    const left = count - at
    return {
      d: disc(x, y, step * left * (0.7 + left * 0.05)),
      fill: left === 1 ? palette.tones[3] : palette.tones[at % 3],
    }
  })
}

/** A wall of quarter circles. */
const tiles: Composition = ({ w, h, s, chance, palette }) => {
  const side = s / 4
  const columns = Math.ceil(w / side)
  return times(columns * Math.ceil(h / side), (at) => {
    const [x, y] = [(at % columns) * side, Math.floor(at / columns) * side]
    const fill = chance.pick(palette.tones)
    const quarter = [
      `M${n(x)} ${n(y)}h${n(side)}a${n(side)} ${n(side)} 0 0 1 ${n(-side)} ${n(side)}Z`,
      `M${n(x + side)} ${n(y)}v${n(side)}a${n(side)} ${n(side)} 0 0 1 ${n(-side)} ${n(-side)}Z`,
      `M${n(x + side)} ${n(y + side)}h${n(-side)}a${n(side)} ${n(side)} 0 0 1 ${n(side)} ${n(-side)}Z`,
      `M${n(x)} ${n(y + side)}v${n(-side)}a${n(side)} ${n(side)} 0 0 1 ${n(side)} ${n(side)}Z`,
      disc(x + side / 2, y + side / 2, side / 2),
      box(x, y, side, side),
    ]
    return { d: chance.pick(quarter), fill, opacity: chance.pick([1, 1, 0.85, 0.25]) }
  })
}

/** The light of a projector, and the dust in it. */
const beam: Composition = ({ w, h, s, chance, palette }) => {
  const fromLeft = chance.flip()
  const [x, y] = [fromLeft ? -s * 0.05 : w + s * 0.05, h * chance.between(0.12, 0.3)]
  const far = fromLeft ? w * 1.1 : -w * 0.1
  const cone = (at: number): Shape => ({
    d: polygon([x, y], [far, h * (0.05 + at * 0.13)], [far, h * (1.02 - at * 0.16)]),
    fill: palette.tones[at],
    opacity: 0.75,
  })
  const dust = () => {
    const along = chance.between(0.25, 1)
    const [dx, dy] = [x + (far - x) * along, y + (h * chance.between(0.15, 0.9) - y) * along]
    return {
      d: disc(dx, dy, s * chance.between(0.003, 0.012)),
      fill: palette.tones[3],
      opacity: chance.between(0.4, 0.9),
    }
  }
  return [...times(4, cone), ...times(16, dust), { d: disc(x, y, s * 0.12), fill: palette.tones[3] }]
}

/** Large discs that lie over each other. */
const discs: Composition = ({ h, s, chance, palette, across }) =>
  times(4, (at) => ({
    d: disc(across(0.1, 0.9), h * chance.between(0.12, 0.62), s * chance.between(0.22, 0.46)),
    fill: palette.tones[(at + 1) % 4],
    opacity: 0.86,
  }))

/** A sun that sinks behind slats. */
const slats: Composition = ({ w, h, s, chance, palette, across }) => {
  const [x, y, r] = [across(0.5, 0.5), h * chance.between(0.36, 0.42), s * 0.34]
  const horizon = y + r * 0.15
  const [a, b, c, d] = palette.tones
  const cuts = times(6, (at) => ({
    d: box(0, horizon + (r / 6) * at, w, (r / 6) * (0.25 + at * 0.11)),
    fill: palette.ground,
  }))
  const field = times(7, (at) => ({
    d: box(0, y + r + (h / 40) * at ** 1.5, w, h / 110),
    fill: [a, b][at % 2],
    opacity: 0.9,
  }))
  return [
    { d: box(0, 0, w, h * 0.2), fill: a, opacity: 0.6 },
    { d: disc(x, y, r), fill: chance.pick([c, d]) },
    ...cuts,
    ...field,
  ]
}

/** A door in a door in a door. */
const doors: Composition = ({ h, s, palette, across }) => {
  const count = 6
  const x = across(0.42, 0.58)
  const colours = [
    palette.tones[0],
    palette.tones[1],
    palette.ground,
    palette.tones[2],
    palette.tones[0],
    palette.tones[3],
  ]
  return times(count, (at) => {
    const half = s * (0.47 - at * 0.075)
    const top = h * 0.1 + at * h * 0.065
    return {
      d: `M${n(x - half)} ${h}V${n(top + half)}a${n(half)} ${n(half)} 0 0 1 ${n(2 * half)} 0V${h}Z`,
      fill: colours[at],
    }
  })
}

/** Planets on their ways. */
const orbits: Composition = ({ h, s, chance, palette, across }) => {
  const [x, y] = [across(0.3, 0.7), h * chance.between(0.3, 0.45)]
  const ways = times(6, (at) => s * (0.16 + at * 0.12))
  const lines = ways.map((r) => ({ d: disc(x, y, r), stroke: palette.tones[1], width: s / 180 }))
  const planets = ways.map((r, at) => {
    const angle = chance.between(0, 6.28)
    const size = s * chance.between(0.018, 0.06)
    return { d: disc(x + Math.cos(angle) * r, y + Math.sin(angle) * r, size), fill: palette.tones[(at % 3) + 1] }
  })
  return [...lines, { d: disc(x, y, s * 0.09), fill: palette.tones[3] }, ...planets]
}

/** Peaks, one side in the light. */
const peaks: Composition = ({ w, h, s, chance, palette, across }) => {
  const [a, b, c, d] = palette.tones
  const moon = { d: disc(across(0.2, 0.8), h * 0.2, s * chance.between(0.08, 0.13)), fill: d }
  const count = Math.round(3 + w / h)
  const mountains = times(count, (at) => {
    const x = (w / (count - 1)) * at + s * chance.between(-0.12, 0.12)
    const [top, half] = [h * chance.between(0.3, 0.58), s * chance.between(0.42, 0.7)]
    const foot = h * 1.02
    return [
      { d: polygon([x, top], [x + half, foot], [x - half, foot]), fill: [b, a][at % 2] },
      { d: polygon([x, top], [x + half * 0.18, foot], [x - half, foot]), fill: [c, b][at % 2], opacity: 0.9 },
    ]
  })
  return [moon, ...mountains.flat()]
}

/** Waves as on old paper: rows of scales. */
const waves: Composition = ({ w, h, s, chance, palette, across }) => {
  const r = s / chance.pick([5, 6, 7])
  const rows = Math.ceil((h * 0.78) / (r / 2))
  const [a, b, c, d] = palette.tones
  const scales = times(rows, (row) =>
    times(Math.ceil(w / r / 2) + 2, (column) => {
      const x = column * 2 * r - (row % 2 ? r : 0)
      const y = h * 0.3 + (row * r) / 2
      const tone = row % 2 ? a : b
      return [
        { d: disc(x, y, r), fill: palette.ground },
        { d: disc(x, y, r * 0.92), fill: tone },
        { d: disc(x, y, r * 0.6), fill: palette.ground },
        { d: disc(x, y, r * 0.5), fill: row === 0 && column % 3 === 1 ? d : c, opacity: 0.9 },
      ]
    }).flat(),
  )
  return [{ d: disc(across(0.25, 0.75), h * 0.2, s * 0.17), fill: d }, ...scales.flat()]
}

/** Rays out of one point. */
const rays: Composition = ({ w, h, s, chance, palette, across }) => {
  const [x, y] = [across(0.2, 0.8), h * chance.between(0.35, 0.5)]
  const count = chance.pick([16, 20, 24])
  const reach = w + h
  const turn = chance.between(0, 1)
  const ray = (at: number): Shape => {
    const [from, to] = [((at + turn) / count) * 6.2832, ((at + turn + 0.5) / count) * 6.2832]
    const end = (angle: number): [number, number] => [x + Math.cos(angle) * reach, y + Math.sin(angle) * reach]
    return { d: polygon([x, y], end(from), end(to)), fill: palette.tones[at % 2] }
  }
  return [
    ...times(count, ray),
    { d: disc(x, y, s * 0.24), fill: palette.tones[2] },
    { d: disc(x, y, s * 0.15), fill: palette.tones[3] },
  ]
}

/** A town at night. */
const town: Composition = ({ w, h, s, chance, palette, across }) => {
  const [a, b, c, d] = palette.tones
  const count = Math.round(6 * (w / h / 0.67) ** 0.8)
  const width = w / count
  const houses = times(count, (at) => {
    const top = h * chance.between(0.3, 0.62)
    const windows = times(5, (row) => ({
      d: box(at * width + width * chance.pick([0.2, 0.55]), top + s * (0.05 + row * 0.085), width * 0.22, s * 0.035),
      fill: d,
      opacity: chance.pick([0.95, 0.5, 0]),
    }))
    return [{ d: box(at * width, top, width + 0.5, h), fill: [a, b][at % 2] }, ...windows]
  })
  return [{ d: disc(across(0.2, 0.8), h * 0.22, s * 0.16), fill: c }, ...houses.flat()]
}

const compositions: readonly Composition[] = [
  hills,
  ripples,
  tiles,
  beam,
  discs,
  slats,
  doors,
  orbits,
  peaks,
  waves,
  rays,
  town,
]

/** The picture for a title, in any shape: the same idea upright and wide. */
export function compose(title: string, width: number, height: number): Picture {
  const chance = new Chance(title)
  const palette = chance.pick(palettes)
  const composition = chance.pick(compositions)
  const prefersUpright = chance.flip()
  const across = (from: number, to: number) => {
    const place = chance.between(from, to)
    return width * (width > height ? 0.5 + place * 0.45 : place)
  }
  const canvas = { w: width, h: height, s: Math.min(width, height), chance, palette, across }
  return { palette, width, height, prefersUpright, shapes: composition(canvas) }
}
