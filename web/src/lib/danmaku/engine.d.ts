declare module 'danmaku/dist/esm/danmaku.canvas.min.js' {
  export { default } from 'danmaku'
}
