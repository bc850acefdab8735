import { Button } from '@mantine/core';
import { IconBellPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { usePageTitle } from '../parts/usePageTitle';
import { AlarmForm } from './AlarmForm';
import { AlarmList } from './AlarmList';
import classes from './AlarmsPage.module.css';

const route = getRouteApi('/alarms');

export function AlarmsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(search.create ? 'New alarm' : 'Alarms');

  if (search.create) {
    return (
      <>
        <h1 className={classes.title}>New alarm</h1>
        <AlarmForm
          start={search}
          onCreated={(name) => void navigate({ to: '/alarms/$name', params: { name }, search: {} })}
          onCancel={() => void navigate({ search: {} })}
        />
      </>
    );
  }
  return (
    <>
      <div className={classes.head}>
        <h1 className={classes.title}>Alarms</h1>
        <Button size="sm" leftSection={<IconBellPlus size={16} aria-hidden />} onClick={() => void navigate({ search: { create: true } })}>
          Create alarm
        </Button>
      </div>
      <AlarmList
        state={search.state}
        search={search.q ?? ''}
        onFilter={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false })}
      />
    </>
  );
}
