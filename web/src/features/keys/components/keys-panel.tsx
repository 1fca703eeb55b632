import { KeyRound } from 'lucide-react';
import { ChoiceFilter } from '@/components/list/choice-filter';
import { ListPanel } from '@/components/list/list-panel';
import { TextFilter } from '@/components/list/text-filter';
import { useList } from '@/components/list/use-list';
import { EmptyState } from '@/components/states/empty-state';
import { KEYS_KEY, keysQuery } from '../api/keys';
import { KEY_STATES, keysAddress } from '../keys-view';
import { CreateKey } from './create-key';
import { KEY_COLUMNS, KeyCard } from './key-columns';

/** The keys of programs, with filters; everything about the list stands in the address. */
export function KeysPanel() {
  const list = useList({ address: keysAddress, listKey: KEYS_KEY, query: keysQuery });
  return (
    <ListPanel
      list={list}
      noun="key"
      caption="Keys, the newest first"
      filters={
        <>
          <TextFilter
            label="Name, id or source"
            placeholder="Any name, id or source"
            value={list.view.q}
            onChange={(q) => list.change({ q })}
            className="max-sm:col-span-2 sm:w-60"
          />
          <ChoiceFilter
            label="State"
            any="Any state"
            value={list.view.state}
            choices={KEY_STATES}
            onChange={(state) => list.change({ state })}
          />
        </>
      }
      columns={KEY_COLUMNS}
      card={(key) => <KeyCard apiKey={key} />}
      target={null}
      none={
        <EmptyState icon={KeyRound} title="No keys yet" className="border-t" action={<CreateKey />}>
          A program that sends events or reads findings proves with a key who it is.
        </EmptyState>
      }
    />
  );
}
