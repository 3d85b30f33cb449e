import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { addNotes, notes } from '../../../lib/kube/objects/notes';
import { testChart } from '../../support/synth';

test('notes are asked for when the tree is finished, and say where they come from', () => {
  const chart = testChart();
  const found: string[] = [];
  addNotes(new Construct(chart, 'one'), () => found);
  addNotes(new Construct(chart, 'two'), () => ['is slow']);
  found.push('is large', 'is old');
  expect(notes(chart.node.root)).toEqual(['demo/one: is large', 'demo/one: is old', 'demo/two: is slow']);
});

test('notes of another app are left alone', () => {
  const chart = testChart();
  addNotes(chart, () => ['is slow']);
  expect(notes(testChart())).toEqual([]);
});
