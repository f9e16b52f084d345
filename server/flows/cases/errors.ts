import { MAX_CASES } from '#flows/cases/case.ts'
import type { Verdict } from '#flows/cases/verdict.ts'
import { MAX_FAULTS } from '#flows/graph.ts'
import { conflict, Problem, says } from '#platform/problem.ts'

/** 422: a flow has as many cases as it may. A retry helps after one was removed. */
export const tooManyCases = (): Problem =>
  new Problem(422, 'flows/too-many-cases', `A flow can have ${MAX_CASES} cases.`, {
    faults: [{ path: '', ...says(`a flow can have ${MAX_CASES} cases`, `un flujo puede tener ${MAX_CASES} casos`) }],
  })

/** 422: cases of the flow come otherwise than they should; all are listed. A retry helps after they, or it, are mended. */
export const redCases = (verdicts: readonly Verdict[]): Problem =>
  new Problem(
    422,
    'flows/red-cases',
    `${verdicts.length} ${verdicts.length === 1 ? 'case comes' : 'cases come'} otherwise than expected. Nothing was published; owners and administrators may publish all the same, with force.`,
    {
      faults: verdicts
        .flatMap(({ name, misses }) =>
          misses.map(({ path, says: { en, es } }) => {
            const messages = { en: `${name}: ${en}`, es: `${name}: ${es}` }
            return { path: `/cases/${name}${path}`, message: messages.en, messages }
          }),
        )
        .slice(0, MAX_FAULTS),
    },
  )

/** 409: what was played is not what would be published any more. A retry helps. */
export const changedMeanwhile = (): Problem =>
  conflict(
    'The draft or its cases were saved while the cases were played. Nothing was published.',
    'El borrador o sus casos se guardaron mientras se probaban los casos. No se publicó nada.',
  )

/** 403: publishing in spite of red cases is for owners and administrators. */
export const mayNotForce = (): Problem =>
  new Problem(403, 'forbidden', 'Only owners and administrators publish in spite of red cases.')
