import type { ReactNode } from 'react';
import classes from './Panel.module.css';

/** A titled part of a page. `aside`: what stands at the right of the title. */
export function Panel({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.panel}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
