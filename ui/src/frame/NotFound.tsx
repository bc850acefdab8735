import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/Empty';

export function NotFound() {
  return (
    <Empty title="There is no such page" why="The address may be mistyped, or from another version of Tidemark.">
      <Link to="/">Go to Now</Link>
    </Empty>
  );
}
