// In the place of sharp, which transformers.js imports for images: text needs none, and its native files are not packed.
export default function sharp() {
  throw Object.assign(new Error('Images are not supported here: the package sharp is left out.'), { name: 'LeftOutError' })
}
