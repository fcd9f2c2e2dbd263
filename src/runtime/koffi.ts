/** koffi, set up before anything is loaded with it: the one importer (lint). */
import koffi from 'koffi'

// ONNX Runtime needs more stack than koffi's default 128 KiB for asynchronous calls: it would crash.
koffi.config({ async_stack_size: 8 << 20, sync_stack_size: 8 << 20 })

export default koffi
