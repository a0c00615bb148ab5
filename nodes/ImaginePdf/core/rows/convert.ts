import type { DesignRows, FieldedRow, RowContext } from './designRows';
import { textOf, valueIn } from './fields';
import type { FilledRow } from './fill';
import { Refusal } from './issues';
import { LABEL } from './labels';
import type { Source } from './match';
import { isTableLike } from './table';
import type { ApiValue, Picture } from './types';
import { imageValue, textValue, tokenValues } from './value';
import { isPlainObject, valueAt } from '../objects';
import { showName } from '../text';

/** How many refused fields of one row are told; more would repeat the same to the same reader. */
const REFUSALS_PER_ROW = 10;

/** A row with its values converted. */
export interface ConvertedRow {
	readonly fielded: FieldedRow;
	readonly filled: FilledRow;
	readonly pictures: readonly Picture[];
}

type Converted = ApiValue | Map<string, string> | Refusal | undefined;

/** Converts the values of one design's rows. */
export class RowConverter {
	constructor(
		private readonly design: DesignRows,
		private readonly context: RowContext,
	) {}

	/** @returns `undefined` where a value cannot be sent, which goes to the log */
	convert(row: FieldedRow): ConvertedRow | undefined {
		const { records, match, group } = row;
		const { filler, groupTable, images, tables } = this.design;
		const pictures = this.design.picturesOf(row);
		const filled = filler.start();
		let refusals = 0;
		const fill = (source: Source, value: Converted) => {
			if (typeof value === 'string') filler.give(filled, source.target, value);
			else if (value instanceof Refusal) {
				if (refusals++ < REFUSALS_PER_ROW) this.refuse(row, source, value);
			} else if (value instanceof Map) filler.giveTokens(filled, source.target, value);
			else if (value !== undefined) filler.give(filled, source.target, value);
		};
		if (group !== undefined && groupTable) {
			const table = tables.get(groupTable)?.read(this.design.linesOf(row));
			const isRefused = table instanceof Refusal;
			const value = isRefused ? table.in(`group ${showName(group)}`) : table;
			fill({ target: groupTable, path: [] }, value);
		}
		const [first] = records;
		for (const source of match.sources) {
			const { target, path } = source;
			if (pictures.length > 0 && pictures.some(({ variable }) => variable === target.key)) continue;
			if (group === undefined) {
				const raw = path.length === 1 ? first[path[0] ?? ''] : valueAt(first, path);
				if (raw !== undefined && raw !== null) fill(source, this.converted(row, source, raw));
			} else if (target !== groupTable) fill(source, this.valueOfGroup(row, source));
		}
		for (const { target } of pictures.length > 0 ? images : []) {
			const isPictured = pictures.some(({ variable }) => variable === target.key);
			if (isPictured) filler.leaveToPicture(filled, target);
		}
		if (refusals > 0) return undefined;
		filler.complete(filled);
		return { fielded: row, filled, pictures };
	}

	private converted(row: FieldedRow, { target, path }: Source, raw: unknown): Converted {
		const { format } = this.context;
		const { kind } = target;
		const tokens = isPlainObject(raw) ? tokenValues(raw, target, format) : undefined;
		if (tokens !== undefined) return tokens;
		if (kind === 'table' || (kind === 'unknown' && isTableLike(raw))) {
			return this.design.tables.get(target)?.read(raw);
		}
		if (kind === 'image') return imageValue(raw);
		return textValue(raw, target, isOfItem(row) ? path : undefined, format);
	}

	/** The value of the first item that has one. A text must say only one thing within the group. */
	private valueOfGroup(row: FieldedRow, source: Source): Converted {
		const { records, itemIndexes, group = '' } = row;
		const value = this.converted(row, source, valueIn(records, source.path));
		if (typeof value !== 'string' || source.target.kind === 'image') return value;
		const texts = records.flatMap((record, index) => {
			const other = this.converted(row, source, valueAt(record, source.path));
			const text = typeof other === 'string' ? other.trim() : '';
			return text === '' ? [] : { text, item: itemIndexes[index] };
		});
		const [first] = texts;
		const other = texts.find(({ text }) => text !== first?.text);
		if (!first || !other) return value;
		// Where variables are not known, a field may be meant for the table alone.
		if (!this.design.variables.known && this.design.isColumn(source.path)) return undefined;
		return new Refusal(
			`differs within the group ${showName(group)}: it is ${showName(first.text)} in item ${first.item} and ${showName(other.text)} in item ${other.item}`,
			'Give it the same value in all items of a group, or group by another field.',
		);
	}

	private refuse(row: FieldedRow, { target, path }: Source, { reason, remedy }: Refusal): void {
		const isOptional = !this.design.variables.known && isOfItem(row);
		const leaveOut = isOptional
			? ` Or leave it out: name the fields to send in the option '${LABEL.onlyFields}'.`
			: '';
		const field = path.length === 0 ? target.key : textOf(path);
		this.context.issues.add(row, new Refusal(reason, remedy + leaveOut), field);
	}
}

/** Whether a row's fields are those of its item, so that expressions and Only Fields can name them. */
function isOfItem({ inputs }: FieldedRow): boolean {
	return inputs[0].source === 'items';
}
