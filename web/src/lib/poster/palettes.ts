export interface Palette {
  /** Behind everything; the title's shade fades into it. */
  ground: string
  /** From the one nearest the ground to the brightest or the odd one out. */
  tones: readonly [string, string, string, string]
  /** The title. */
  ink: string
}

export const palettes: readonly Palette[] = [
  { ground: '#191530', tones: ['#37295a', '#7a3768', '#d75f49', '#f7b45e'], ink: '#fdf3e1' },
  { ground: '#082730', tones: ['#0e4753', '#138a8f', '#8fd0c0', '#f2cf8b'], ink: '#eff8f2' },
  { ground: '#2a0b0c', tones: ['#641214', '#a9221d', '#e0563b', '#f4cba3'], ink: '#fff1e3' },
  { ground: '#0d261c', tones: ['#1c4a33', '#3c7a50', '#98bd69', '#ece4b2'], ink: '#f7f5e2' },
  { ground: '#0b1333', tones: ['#1c2c66', '#3a57b0', '#86a5e6', '#f0e9d2'], ink: '#f3f3ea' },
  { ground: '#efe5d2', tones: ['#dcc9a6', '#c8563b', '#2a4458', '#e9a94a'], ink: '#1f1b17' },
  { ground: '#e3e8ea', tones: ['#bccad2', '#748c9a', '#2e4757', '#db6a4c'], ink: '#182730' },
  { ground: '#230f1e', tones: ['#541f3e', '#9d385d', '#e48988', '#f9dfcb'], ink: '#fff0ea' },
  { ground: '#371b10', tones: ['#763b1c', '#be6d2c', '#e8a450', '#f8e1b2'], ink: '#fff5e2' },
  { ground: '#0a0a12', tones: ['#1d1b3d', '#4a2ba8', '#e2358f', '#33d6cb'], ink: '#f5f1ff' },
  { ground: '#1e2213', tones: ['#444a21', '#86862d', '#d3b23a', '#f4edca'], ink: '#fbf8e3' },
  { ground: '#f2ddd6', tones: ['#e5b6aa', '#c76d5c', '#6b2c44', '#2f5d62'], ink: '#2a1826' },
  { ground: '#101418', tones: ['#2a333b', '#56646f', '#a9b4bb', '#f4b740'], ink: '#f4f1eb' },
]
