// In the place of koffi in the extension's host, which may load no native code: who asks for it there has made a mistake.
export default new Proxy({}, {
  get() {
    throw Object.assign(new Error('The extension host loads no native code: ask the trainer or the worker.'), { name: 'LeftOutError' })
  },
})
