import { Button, Group } from '@mantine/core';
import { IconBellPlus, IconScale } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { Said } from '../parts/Said';
import { usePageTitle } from '../parts/usePageTitle';
import { AlarmForm } from './AlarmForm';
import { AlarmList } from './AlarmList';
import classes from './AlarmsPage.module.css';
import { TeamBudgetPage } from './TeamBudgetPage';

const route = getRouteApi('/alarms');

export function AlarmsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(search.create ? 'New alarm' : search.budget ? 'Team budget' : 'Alarms');

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
  if (search.budget) {
    return (
      <>
        <div className={classes.head}>
          <h1 className={classes.title}>Team budget</h1>
          <Button size="sm" variant="default" onClick={() => void navigate({ search: {} })}>
            All alarms
          </Button>
        </div>
        <TeamBudgetPage search={search} onAsk={(question) => void navigate({ search: { budget: true, ...question }, resetScroll: false })} />
      </>
    );
  }
  return (
    <>
      <div className={classes.head}>
        <h1 className={classes.title}>Alarms</h1>
        <Group gap="xs" justify="flex-end">
          <Button size="sm" variant="default" leftSection={<IconScale size={16} aria-hidden />} onClick={() => void navigate({ search: { budget: true } })}>
            Team budget
          </Button>
          <Button size="sm" leftSection={<IconBellPlus size={16} aria-hidden />} onClick={() => void navigate({ search: { create: true } })}>
            Create alarm
          </Button>
        </Group>
      </div>
      <Said />
      <AlarmList
        state={search.state}
        search={search.q ?? ''}
        onFilter={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false })}
      />
    </>
  );
}
