import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Schema } from '../../api/client.ts'
import { missingOf } from './missing.ts'

type Version = Schema<'VersionReport'>
type Arm = Schema<'ArmReport'>

const version = (...arms: readonly Pick<Arm, 'arm' | 'holdout' | 'entered'>[]) => ({ arms }) as Version
const TREATED = { arm: 'push', holdout: false, entered: 90 }
const CONTROL = { arm: 'control', holdout: true, entered: 10 }

test('a published flow without a split lacks one, however many entered', () => {
  assert.equal(missingOf({ splits: [], versions: [] }, true), 'split')
  assert.equal(missingOf({ splits: [], versions: [version({ ...TREATED, arm: '' })] }, true), 'split')
})

test('a split without a control group lacks that', () => {
  assert.equal(missingOf({ splits: ['split'], versions: [version(TREATED)] }, true), 'control')
})

test('nobody is missed but people where there is a split, or nothing is published', () => {
  assert.equal(missingOf({ splits: ['split'], versions: [] }, true), 'people')
  assert.equal(missingOf({ splits: [], versions: [] }, false), 'people')
})

test('what an earlier version found with a control group stays told', () => {
  assert.equal(missingOf({ splits: [], versions: [version(TREATED, CONTROL)] }, true), null)
})
