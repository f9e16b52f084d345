/** The process that makes load. */
import { answerQuestions } from '../child.ts'
import type { GeneratorQuestions } from './job.ts'
import { runLoad } from './run.ts'

answerQuestions<GeneratorQuestions>({ run: runLoad })
