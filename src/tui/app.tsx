import { Box, Text, useInput, useIsScreenReaderEnabled } from 'ink';
import { useSyncExternalStore } from 'react';
import { Footer } from './components/footer.tsx';
import { Header } from './components/header.tsx';
import { isModal, modalHeight, Overlay } from './components/overlay.tsx';
import { PaneView } from './components/pane.tsx';
import { keyName, type ViewName } from './keys.ts';
import { createPane } from './panes/create-pane.ts';
import { drawableArea, isTooSmall, isWide, minimumSize, paneColumns } from './state.ts';
import { type Theme, themes } from './theme.ts';
import type { Ui } from './ui.ts';
import type { ViewModel } from './view-model.ts';

/** The whole screen: draws the view model and passes on keys. */
export function App({ ui }: { ui: Ui }) {
  const model = useSyncExternalStore(ui.subscribe, ui.viewModel);
  useInput((input, key) => ui.press(keyName(input, key), input));
  const { state } = model;
  const theme = themes[state.theme];
  const { columns, rows } = drawableArea(state);
  if (isTooSmall(state)) {
    return (
      <Box height={rows}>
        <Text wrap="truncate-end">
          {`The screen is ${state.columns}×${state.rows}; it takes ${minimumSize.columns}×${minimumSize.rows}. q leaves.`}
        </Text>
      </Box>
    );
  }
  const { mode } = state;
  const asked = isModal(mode) ? modalHeight(mode, rows - 3) : 0;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header model={model} columns={columns} theme={theme} />
      {asked < rows - 3 ? <Panes model={model} rows={rows - 3 - asked} theme={theme} /> : null}
      {isModal(mode) ? <Overlay mode={mode} columns={columns} keys={ui.keys} rows={asked} theme={theme} /> : null}
      <Footer state={state} columns={columns} keys={ui.keys} theme={theme} />
    </Box>
  );
}

function Panes({ model, rows, theme }: { model: ViewModel; rows: number; theme: Theme }) {
  // A screen reader would mix two panes side by side.
  const isScreenReader = useIsScreenReaderEnabled();
  const { state } = model;
  const draw = (view: ViewName) => (
    <PaneView
      key={view}
      pane={createPane(view, model)}
      cursor={state.cursors[view]}
      atEnd={view === 'output'}
      wrap={state.wrap && (view === 'output' || view === 'diff')}
      focused={view === state.view}
      {...{ columns: isScreenReader ? drawableArea(state).columns : paneColumns(state, view), rows, theme }}
    />
  );
  if (isScreenReader || !isWide(state)) return draw(state.view);
  return (
    <Box>
      {draw(state.list)}
      <Box flexDirection="column" width={1} height={rows} overflow="hidden">
        <Text dimColor>{'│\n'.repeat(rows)}</Text>
      </Box>
      {draw(state.detail)}
    </Box>
  );
}
