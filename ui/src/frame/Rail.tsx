import { IconBell, IconCalendarEvent, IconChartLine, IconGauge } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from './Rail.module.css';

const PAGES = [
  { to: '/', label: 'Now', Icon: IconGauge, exact: true },
  { to: '/explore', label: 'Explore', Icon: IconChartLine, exact: false },
  { to: '/alarms', label: 'Alarms', Icon: IconBell, exact: false },
  { to: '/calendars', label: 'Calendars', Icon: IconCalendarEvent, exact: false },
] as const;

/** At the left of a wide window, above the page on a phone. */
export function Rail() {
  return (
    <nav aria-label="Pages" className={classes.rail}>
      <Link to="/" className={classes.brand} aria-label="Tidemark, to the first page">
        <img src="/favicon.svg" alt="" width={28} height={28} />
        <span className={classes.brandName}>Tidemark</span>
      </Link>
      <ul className={classes.list}>
        {PAGES.map(({ to, label, Icon, exact }) => (
          <li key={to}>
            <Link to={to} className={classes.link} activeOptions={{ exact, includeSearch: false }}>
              <Icon size={20} aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
