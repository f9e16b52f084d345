import { NumberInput, type NumberInputProps } from '@mantine/core'
import { useRef, useState } from 'react'
import { useLanguage } from '../app/language.ts'

/**
 * A number, written as its reader writes it ("1,5" in Spanish). What is being typed stays as it is until the field is left, and is
 * given out as soon as it is a number; an emptied field gives out undefined where it is `optional`, and else keeps what it had.
 */
export function NumberField({
  value,
  onChange,
  optional = false,
  onFocus,
  onBlur,
  ...props
}: Omit<NumberInputProps, 'value' | 'onChange'> & { value: number | undefined } & (
    | { optional: true; onChange: (value: number | undefined) => void }
    | { optional?: false; onChange: (value: number) => void }
  )) {
  const language = useLanguage()
  const typing = useRef(false)
  const [typed, setTyped] = useState<number | string | null>(null)
  const tell = onChange as (value: number | undefined) => void
  return (
    <NumberInput
      decimalSeparator={language === 'es' ? ',' : '.'}
      allowedDecimalSeparators={props.thousandSeparator === undefined ? [',', '.'] : []}
      {...props}
      onPaste={(event) => {
        // A point in what is pasted is that of a number, whatever its reader writes: it would be passed over, and 1.5 be 15.
        const pasted = event.clipboardData.getData('text').trim()
        if (language !== 'es' || !/^-?\d+\.\d+$/.test(pasted) || props.readOnly === true) return
        event.preventDefault()
        setTyped(pasted)
        tell(Number(pasted))
      }}
      value={typed ?? value ?? ''}
      onFocus={(event) => {
        typing.current = true
        onFocus?.(event)
      }}
      onChange={(next) => {
        setTyped(typing.current ? next : null)
        if (next !== '') tell(Number(next))
        else if (optional) tell(undefined)
      }}
      onBlur={(event) => {
        typing.current = false
        setTyped(null)
        onBlur?.(event)
      }}
    />
  )
}
