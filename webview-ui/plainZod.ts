/** The page's policy allows no code made from text, which zod would try with the first schema: this is imported before any. */
import { z } from 'zod'

z.config({ jitless: true })
