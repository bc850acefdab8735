import '@mantine/core/styles.css';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './api/queries';
import { App } from './App';
import { loadPartsWhenIdle } from './parts/part';
import { makeRouter } from './router';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App client={makeQueryClient()} router={makeRouter()} />
  </StrictMode>,
);

loadPartsWhenIdle();
