import type { DesignRows, FieldedRow, RowContext } from './designRows';
import type { TextFormat } from './dates';
import type { FilledRow } from './fill';
import { Refusal } from './issues';
import { LABEL, showName } from './labels';
import type { Source } from './match';
import { isPlainObject, valueAt } from './own';
import { isPrinted, valueIn } from './rowFields';
import { isTableLike } from './table';
import type { Target } from './targets';
import type { ApiValue, Picture, RowValues } from './types';
import { imageValue, isPlainText, textValue, tokenValues } from './value';

/** A row that is being filled. */
interface Filling {
	readonly values: RowValues;
	/** Whether anything of it is printed. */
	hasValue: boolean;
	/** Whether something in it cannot be sent. */
	isRefused: boolean;
}

/** Converts the values of one design's rows. */
export class RowConverter {
	constructor(
		private readonly design: DesignRows,
		private readonly context: RowContext,
	) {}

	/** Converts the values of a row; `undefined` where one cannot be sent, which goes to the log. */
	fill(
		fielded: FieldedRow,
	): (FilledRow & { pictures: readonly Picture[]; hasValue: boolean }) | undefined {
		const { row, records, fields, match } = fielded;
		const pictures = this.design.picturesOf(row);
		const isSingle = records.length === 1;
		const filling: Filling = {
			values: this.design.filler.start(),
			hasValue: pictures.length > 0,
			isRefused: false,
		};
		const { groupTable } = this.design;
		const { format } = this.context;
		for (const source of match.sources) {
			const { target } = source;
			if (target === groupTable || isPictured(pictures, target)) continue;
			const { path } = source;
			// The paths of one item's row lead to fields that it has.
			const isTop = isSingle && path.length === 1;
			const raw = isTop ? fields[path[0] ?? ''] : valueIn(records, path);
			if (raw === undefined || raw === null) continue;
			// Most values are text that is sent as it is.
			if (isSingle && typeof raw === 'string' && isSentAsItIs(raw, target, format)) {
				this.give(target, raw, filling);
			} else this.fillFrom(fielded, source, raw, filling);
		}
		if (row.group !== undefined) this.fillGroupTable(fielded, filling);
		for (const { variable } of pictures) {
			const target = this.design.named(variable);
			if (target) this.design.filler.mark(target);
			for (const key of target?.keys ?? []) delete filling.values[key];
		}
		const { values, hasValue, isRefused } = filling;
		if (isRefused) return undefined;
		return { row, values, pictures, hasValue, ...this.design.filler.complete(values) };
	}

	private fillFrom(fielded: FieldedRow, source: Source, raw: unknown, filling: Filling): void {
		const { target } = source;
		const converted = this.converted(source, raw);
		if (converted === undefined) return;
		if (converted instanceof Refusal) {
			this.refuse(fielded, source, converted);
			filling.isRefused = true;
		} else if (converted instanceof Map) {
			const tokens = this.design.targets.filter(
				({ variable, token }) => variable === target.variable && token !== undefined,
			);
			for (const own of tokens) this.give(own, converted.get(own.token ?? ''), filling);
		} else {
			this.give(target, converted, filling);
			if (fielded.records.length > 1 && this.differs(fielded, source)) filling.isRefused = true;
		}
	}

	private fillGroupTable(fielded: FieldedRow, filling: Filling): void {
		const target = this.design.groupTable;
		const table = target && this.design.tables.get(target)?.read(fielded.records);
		if (!target || table === undefined) return;
		if (table instanceof Refusal) {
			const about = table.in(`group ${showName(fielded.row.group ?? '')}`);
			this.refuse(fielded, { target, path: [] }, about);
			filling.isRefused = true;
		} else {
			this.design.filler.give(filling.values, target, table);
		}
	}

	private give(target: Target, value: ApiValue | undefined, filling: Filling): void {
		if (value === undefined) return;
		this.design.filler.give(filling.values, target, value);
		if (!filling.hasValue) filling.hasValue = isPrinted(value);
	}

	private converted(
		{ target, path }: Source,
		raw: unknown,
	): ApiValue | Map<string, string> | Refusal | undefined {
		const { format } = this.context;
		if (isPlainObject(raw)) {
			const tokens = tokenValues(raw, target, format);
			if (tokens !== undefined) return tokens;
		}
		if (target.kind === 'table' || (target.kind === 'unknown' && isTableLike(raw))) {
			return this.design.tables.get(target)?.read(raw);
		}
		if (target.kind === 'image') return imageValue(raw);
		return textValue(raw, target, [...(this.design.base ?? []), ...path], format);
	}

	private refuse(
		{ row: { itemIndexes, rowIndex } }: FieldedRow,
		{ target, path }: Source,
		{ code, reason, remedy }: Refusal,
	): void {
		const field = path.length === 0 ? target.key : path.join('.');
		const leaveOut = this.design.variables.known
			? ''
			: ` Or leave it out: name the fields to send in the option '${LABEL.onlyFields}'.`;
		const issue = { itemIndexes, rowIndex, field, code, reason, remedy: remedy + leaveOut };
		this.context.issues.add(issue);
	}

	/** Whether a text says more than one thing within a group, which goes to the log; an empty one says nothing. */
	private differs({ row, records }: FieldedRow, source: Source): boolean {
		const { target, path } = source;
		if (target.kind === 'table' || target.kind === 'image') return false;
		let first: { text: string; item: number } | undefined;
		for (const [index, record] of records.entries()) {
			const raw = valueAt(record, path);
			const value = raw === undefined || raw === null ? undefined : this.converted(source, raw);
			const text = typeof value === 'string' ? value.trim() : '';
			const item = row.itemIndexes[index] ?? 0;
			if (text === '' || text === first?.text) continue;
			if (first !== undefined) {
				this.context.issues.add({
					itemIndexes: row.itemIndexes,
					field: path.join('.'),
					code: 'group',
					reason: `differs within the group ${showName(row.group ?? '')}: it is ${showName(first.text)} in item ${first.item} and ${showName(text)} in item ${item}`,
					remedy: `Give it the same value in all items of a group, or group by another field.`,
				});
				return true;
			}
			first = { text, item };
		}
		return false;
	}
}

function isSentAsItIs(text: string, { kind }: Target, format: TextFormat): boolean {
	return kind !== 'table' && kind !== 'image' && isPlainText(text, format);
}

function isPictured(pictures: readonly Picture[], { key }: Target): boolean {
	return pictures.length > 0 && pictures.some(({ variable }) => variable === key);
}
