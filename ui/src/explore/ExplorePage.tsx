import { getRouteApi } from '@tanstack/react-router';
import { Empty } from '../parts/Empty';
import { usePageTitle } from '../parts/usePageTitle';
import { panelsText, parsePanels, PANELS_MAX, type Panel } from '../search';
import { ChartStack } from './ChartStack';
import classes from './ExplorePage.module.css';
import { ExploreControls } from './ExploreControls';
import { MetricPicker } from './MetricPicker';

const route = getRouteApi('/explore');

/** What does this metric do, and what else moved then? All that is chosen here stands in the URL. */
export function ExplorePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const panels = parsePanels(search.m);

  const setPanels = (next: Panel[]) => void navigate({ search: (old) => ({ ...old, m: panelsText(next) }), resetScroll: false });
  const toggle = (metric: string) =>
    setPanels(panels.some((p) => p.metric === metric) ? panels.filter((p) => p.metric !== metric) : [...panels, { metric }]);

  return (
    <>
      <h1 className={classes.title}>Explore</h1>
      <div className={classes.page}>
        <MetricPicker
          search={search.q ?? ''}
          onSearch={(q) => void navigate({ search: (old) => ({ ...old, q: q || undefined }), replace: true, resetScroll: false })}
          chosen={panels.map((p) => p.metric)}
          onChoose={(metric) => setPanels([{ metric }])}
          onToggle={toggle}
          canAdd={panels.length < PANELS_MAX}
        />
        <div className={classes.charts}>
          {panels.length === 0 ? (
            <NothingChosen />
          ) : (
            <>
              <ExploreControls search={search} />
              <ChartStack panels={panels} search={search} onPanels={setPanels} />
            </>
          )}
        </div>
      </div>
    </>
  );
}

function NothingChosen() {
  usePageTitle('Explore');
  return <Empty title="No metric chosen" why="Choose one from the list: its chart, with the range that is usual for it, appears here." />;
}
