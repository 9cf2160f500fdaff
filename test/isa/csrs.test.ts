import { expect, test } from 'vitest';
import { CSR_NUMBERS, csrByName, csrByNumber, csrPrivilege, isCsrReadOnly } from '../../src/isa/csrs.ts';

test('CSRs are found by name and by number, families included', () => {
  expect(csrByName.get('mhpmcounter31')?.number).toBe(0xb1f);
  expect(csrByName.get('pmpaddr63')?.number).toBe(0x3ef);
  expect(csrByName.get('pmpcfg1')).toBeUndefined();
  expect(csrByNumber.get(CSR_NUMBERS.satp)?.name).toBe('satp');
});

test('the number says who may touch a CSR', () => {
  expect([CSR_NUMBERS.cycle, CSR_NUMBERS.satp, CSR_NUMBERS.mstatus].map(csrPrivilege)).toEqual([0, 1, 3]);
  expect([CSR_NUMBERS.cycle, CSR_NUMBERS.mhartid, CSR_NUMBERS.mcycle].map(isCsrReadOnly)).toEqual([true, true, false]);
});
