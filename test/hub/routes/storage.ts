/** The storage behind the Hub, at an origin of its own: it knows signed links only, and nobody's token. */
import { Refusal, type Call, type Route } from '../route.ts'
import { sendContent } from '../sendContent.ts'

const path = /^\/repos\/([0-9a-f]{64})$/

/** Source: file_download.py `get_hf_file_metadata`, whose location may be a CDN or S3; a link carries its own signature, and S3 refuses a second way to authenticate (400 InvalidArgument). */
export const storageRoutes: Route[] = [{ method: 'HEAD', path, handle: send }, { method: 'GET', path, handle: send }]

async function send({ hub, request, response, url, parts: [oid], fault }: Call): Promise<void> {
  if (request.headers.authorization !== undefined) throw new Refusal(400, 'Only one auth mechanism allowed')
  if (url.searchParams.get('Signature') !== hub.signature(oid)) throw new Refusal(403, 'SignatureDoesNotMatch')
  for (const { refs } of hub.repositories) {
    for (const { files } of refs.values()) {
      const file = [...files.values()].find(({ lfs }) => lfs?.oid === oid)
      if (file !== undefined) return sendContent(request, response, { content: file.content, size: file.lfs!.size, etag: `"${oid}"`, headers: {}, fault })
    }
  }
  throw new Refusal(404, 'NoSuchKey')
}
