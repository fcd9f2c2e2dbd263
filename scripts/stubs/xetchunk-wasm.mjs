// In the place of @huggingface/xetchunk-wasm, which cuts files for uploads to Xet: Xet is off (src/hub/modelRepository.ts), and a
// package below it brings no text of its licence.
function leftOut() {
  throw Object.assign(new Error('Uploads by Xet are not supported here: the package @huggingface/xetchunk-wasm is left out.'), { name: 'LeftOutError' })
}
export const [createChunker, fileHash, finalize, hashToHex, hexToBytes, hmac, MerkleHashSubtree, nextBlock, verificationHash, xorbHash] = Array(10).fill(leftOut)
