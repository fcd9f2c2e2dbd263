/** What is given is no reference in the format of data/golden/README.md, or lacks something: one line, exit code 2. */
export class Unreadable extends Error {}
