import { pdfs, withArchive } from '../archives.mts';
import { runEngine } from '../children/spawn.mts';
import type { BenchCase } from '../figure.mts';
import { LAST, submitPictures } from '../workflows.mts';

const PICTURES = 100;
const PICTURE_BYTES = 1_000_000;
/** However many there are: three pictures at a time, and what the runtime has not taken back yet. */
const MOST_MEMORY_MB = 80;

/** So many are uploaded before anything is measured. */
const WARM_UP = 5;

export const pictures: BenchCase = {
	name: 'pictures',
	title: 'Pictures of many items into the rows of a job',
	async run({ quick }) {
		const count = quick ? PICTURES / 4 : PICTURES;
		// The service's own archive is of no use here.
		return await withArchive(pdfs(1, 1000), async ({ service: { baseUrl } }) => {
			const { runs, memoryMb } = await runEngine({
				warmUp: submitPictures(baseUrl, WARM_UP, PICTURE_BYTES),
				measured: [submitPictures(baseUrl, count, PICTURE_BYTES)],
			});
			const seconds = (runs[0]?.nodeMs[LAST] ?? NaN) / 1000;
			return [
				{
					name: `${count} pictures of 1 MB: memory over idle`,
					value: memoryMb,
					unit: 'MB',
					aim: { atMost: MOST_MEMORY_MB },
					note: `each is read, uploaded and forgotten, a few at a time; all of it took ${seconds.toFixed(1)} s`,
				},
			];
		});
	},
};
