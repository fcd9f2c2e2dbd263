/** Why this machine trains on its CPU: an answer for people. */
export async function probeCuda(): Promise<string> {
  return 'no other device is supported yet'
}
