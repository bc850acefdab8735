import { SegmentedControl, Slider } from '@mantine/core';
import type { TypedNumber } from '../parts/number';
import { NumberField } from '../parts/NumberField';
import { numberText } from '../time/format';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';
import { WIDTH_MAX, WIDTH_MIN, type Draft } from './draft';
import { percentOf, shareInside, widthOf, widthWords } from './words';

/** With all widths that the server takes, the slider would spend half of its way on ones that hardly anyone wants. */
const SLIDER_MAX = 6;
const MARKS = [1, 2, 3, 4, 5].map((value) => ({ value, label: String(value) }));

interface Props extends FieldsProps {
  findingWidth: number;
  chosenWidth: number;
}

export function WidthFields({ draft, errors, change, findingWidth, chosenWidth }: Props) {
  const k = Number.isFinite(draft.width) ? Number(draft.width) : chosenWidth;
  const setWidth = (width: TypedNumber) => change({ width, confidence: Number.isFinite(width) ? percentOf(shareInside(Number(width))) : '', widthBy: 'width' });
  const setConfidence = (confidence: TypedNumber) => {
    // Typed back to what it was, it is no change.
    if (confidence === percentOf(shareInside(chosenWidth))) return setWidth(chosenWidth);
    change({ confidence, width: Number.isFinite(confidence) ? widthOf(Number(confidence) / 100) : '', widthBy: 'confidence' });
  };
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>What is a finding</legend>
      <div className={classes.width}>
        <Slider
          thumbLabel="Width k, by slider"
          min={WIDTH_MIN}
          max={SLIDER_MAX}
          step={0.1}
          marks={MARKS}
          mb="md"
          label={null}
          value={Math.min(k, SLIDER_MAX)}
          onChange={setWidth}
        />
        <NumberField
          label="Width k"
          description={`${WIDTH_MIN} to ${WIDTH_MAX}`}
          min={WIDTH_MIN}
          max={WIDTH_MAX}
          step={0.1}
          digits={2}
          value={draft.width}
          error={errors.width}
          onValue={setWidth}
        />
        <NumberField
          label="Confidence"
          description="Of periods inside the band, in %"
          unit="%"
          step={0.1}
          value={draft.confidence}
          error={errors.confidence}
          onValue={setConfidence}
        />
      </div>
      <p className={classes.hint} aria-live="polite">
        {widthWords(draft.width)}
        {k > SLIDER_MAX && ` The slider ends at ${SLIDER_MAX}; the number beside it counts.`}
      </p>
      {findingWidth < chosenWidth && (
        <p className={classes.hint}>
          Ranges that were marked as missed have made it more sensitive: a finding begins at k = {numberText(findingWidth)} instead of {numberText(chosenWidth)}.
        </p>
      )}
      <SegmentedControl
        mt="sm"
        fullWidth
        aria-label="Watched side"
        value={draft.watch}
        onChange={(watch) => change({ watch: watch as Draft['watch'] })}
        data={[
          { value: 'both', label: 'Both sides' },
          { value: 'above', label: 'Above' },
          { value: 'below', label: 'Below' },
        ]}
      />
    </fieldset>
  );
}
