import type { NodeKind } from '#flows/flow.ts'
import { approval } from '#flows/nodes/approval.ts'
import { bookSlot, createComplaint } from '#flows/nodes/asking.ts'
import { assign } from '#flows/nodes/assign.ts'
import { branch } from '#flows/nodes/branch.ts'
import { close } from '#flows/nodes/close.ts'
import { emit } from '#flows/nodes/emit.ts'
import { end } from '#flows/nodes/end.ts'
import { extend } from '#flows/nodes/extend.ts'
import { forEach } from '#flows/nodes/for-each.ts'
import { http } from '#flows/nodes/http.ts'
import { join } from '#flows/nodes/join.ts'
import { llm } from '#flows/nodes/llm.ts'
import { message } from '#flows/nodes/message.ts'
import { notify } from '#flows/nodes/notify.ts'
import { parallel } from '#flows/nodes/parallel.ts'
import { set } from '#flows/nodes/set.ts'
import { split } from '#flows/nodes/split.ts'
import { subflow } from '#flows/nodes/subflow.ts'
import { tag } from '#flows/nodes/tag.ts'
import { trigger } from '#flows/nodes/trigger.ts'
import { undo } from '#flows/nodes/undo.ts'
import { wait } from '#flows/nodes/wait.ts'
import { waitForEvent } from '#flows/nodes/wait-for-event.ts'

/** Every kind of node, one line each. A new one is a file and a line here. */
export const KINDS: ReadonlyMap<string, NodeKind> = new Map(
  [
    trigger,
    wait,
    waitForEvent,
    branch,
    split,
    parallel,
    join,
    forEach,
    set,
    notify,
    message,
    extend,
    close,
    assign,
    tag,
    http,
    emit,
    llm,
    bookSlot,
    createComplaint,
    approval,
    subflow,
    undo,
    end,
  ].map((kind) => [kind.type, kind]),
)
