import { Type } from '@sinclair/typebox'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { encounterOf, from, text, toConversation } from '#flows/walk.ts'

const WHO = Type.String({ minLength: 1, maxLength: 500, description: 'Liquid' })

/** Gives the conversation into the hands of a team or a person. */
export const assign = nodeKind({
  type: 'assign',
  definition: {
    title: { es: 'Asignar a un equipo o persona', en: 'Assign to a team or person' },
    data: Type.Object({ team: Type.Optional(WHO), user: Type.Optional(WHO) }, { additionalProperties: false }),
    undoable: true,
    ways: () => ['out'],
  },
  compile(data, compiler) {
    if (data.team === undefined && data.user === undefined) {
      compiler.fault('team', { en: 'is needed, or user', es: 'hace falta, o user' })
    }
    return {
      team: data.team === undefined ? null : compiler.text('team', data.team),
      user: data.user === undefined ? null : compiler.text('user', data.user),
    }
  },
  advance(who, walk) {
    const [team, user] = [who.team, who.user].map((name) => {
      if (name === null) return null
      const made = text(walk, name).trim()
      if (made.length > 255) throw new StepFault('the name is longer than 255 characters')
      return made === '' ? null : made
    }) as [string | null, string | null]
    if (team === null && user === null) throw new StepFault('there is nobody to assign it to')
    toConversation(walk, { kind: 'assign', ...from(walk), encounterId: encounterOf(walk), team, user })
    walk.step.output = { team, user }
    return 'out'
  },
})
