import type { DesignRows, FieldedRow, RowContext } from './designRows';
import type { FilledRow } from './fill';
import { Refusal } from './issues';
import { LABEL, showName } from './labels';
import type { Source } from './match';
import { isPlainObject, valueAt } from '../objects';
import { valueIn } from './rowFields';
import { isTableLike } from './table';
import type { VariableKind } from '../designs/variable';
import type { ApiValue, Picture } from './types';
import { imageValue, isPlainText, numberText, textValue, tokenValues } from './value';

/** A row with its values converted. */
export interface ConvertedRow extends FilledRow {
	readonly fielded: FieldedRow;
	readonly pictures: readonly Picture[];
}

/** Converts the values of one design's rows. */
export class RowConverter {
	constructor(
		private readonly design: DesignRows,
		private readonly context: RowContext,
	) {}

	/** @returns `undefined` where a value cannot be sent, which goes to the log */
	convert(fielded: FieldedRow): ConvertedRow | undefined {
		const { row, records, fields, match } = fielded;
		const { filler, groupTable } = this.design;
		const pictures = this.design.picturesOf(row);
		const pictured = new Set(pictures.map(({ variable }) => variable));
		const filled = filler.start();
		const isSingle = records.length === 1;
		let isRefused = false;
		for (const source of match.sources) {
			const { target, path } = source;
			if (target === groupTable || (pictured.size > 0 && pictured.has(target.key))) continue;
			// The short way for most values; a path of one item's row leads to a field that it has.
			const raw = isSingle && path.length === 1 ? fields[path[0] ?? ''] : valueIn(records, path);
			if (raw === undefined || raw === null) continue;
			const text = isSingle ? this.plainText(raw, target.kind) : undefined;
			if (text !== undefined) {
				filler.give(filled, target, text);
			} else if (!this.fillFrom(fielded, source, this.converted(source, raw), filled)) {
				isRefused = true;
			}
		}
		if (row.group !== undefined && groupTable) {
			const read = this.design.tables.get(groupTable)?.read(records);
			const table = read instanceof Refusal ? read.in(`group ${showName(row.group)}`) : read;
			const source = { target: groupTable, path: [] };
			if (!this.fillFrom(fielded, source, table, filled)) isRefused = true;
		}
		for (const { variable } of pictures) {
			const target = this.design.named(variable);
			if (target) filler.leaveToPicture(filled, target);
		}
		if (isRefused) return undefined;
		filler.complete(filled);
		return { ...filled, fielded, pictures };
	}

	/** @returns whether the value can be sent */
	private fillFrom(
		fielded: FieldedRow,
		source: Source,
		value: ApiValue | Map<string, string> | Refusal | undefined,
		filled: FilledRow,
	): boolean {
		const { target } = source;
		if (value instanceof Refusal) return this.refuse(fielded, source, value);
		if (value instanceof Map) {
			for (const own of this.design.targets) {
				const text = own.variable === target.variable && value.get(own.token ?? '');
				if (own.token !== undefined && typeof text === 'string')
					this.design.filler.give(filled, own, text);
			}
		} else if (value !== undefined) {
			this.design.filler.give(filled, target, value);
			return this.isSameInGroup(fielded, source);
		}
		return true;
	}

	private converted(
		{ target, path }: Source,
		raw: unknown,
	): ApiValue | Map<string, string> | Refusal | undefined {
		const { format } = this.context;
		const { base } = this.design;
		const tokens = isPlainObject(raw) ? tokenValues(raw, target, format) : undefined;
		if (tokens !== undefined) return tokens;
		if (target.kind === 'table' || (target.kind === 'unknown' && isTableLike(raw))) {
			return this.design.tables.get(target)?.read(raw);
		}
		if (target.kind === 'image') return imageValue(raw);
		return textValue(raw, target, base ? [...base, ...path] : path, format);
	}

	/** Most values: texts that are sent as they are, and numbers. */
	private plainText(raw: unknown, kind: VariableKind): string | undefined {
		if (kind === 'table' || kind === 'image') return undefined;
		if (typeof raw === 'string') return isPlainText(raw, this.context.format) ? raw : undefined;
		return typeof raw === 'number' && Number.isFinite(raw) ? numberText(raw) : undefined;
	}

	private refuse({ row }: FieldedRow, { target, path }: Source, refusal: Refusal): false {
		const { code, reason } = refusal;
		const leaveOut = this.design.variables.known
			? ''
			: ` Or leave it out: name the fields to send in the option '${LABEL.onlyFields}'.`;
		const remedy = refusal.remedy + leaveOut;
		const field = path.length === 0 ? target.key : path.join('.');
		this.context.issues.add(row, { code, reason, remedy }, field);
		return false;
	}

	/** Whether a text says only one thing within a group; an empty one says nothing. */
	private isSameInGroup({ row, records }: FieldedRow, source: Source): boolean {
		const { target, path } = source;
		if (
			records.length === 1 ||
			path.length === 0 ||
			target.kind === 'table' ||
			target.kind === 'image'
		)
			return true;
		const texts = records.flatMap((record, index) => {
			const value = this.converted(source, valueAt(record, path));
			const text = typeof value === 'string' ? value.trim() : '';
			return text === '' ? [] : { text, item: row.itemIndexes[index] };
		});
		const [first] = texts;
		const other = texts.find(({ text }) => text !== first?.text);
		if (!first || !other) return true;
		const reason = `differs within the group ${showName(row.group ?? '')}: it is ${showName(first.text)} in item ${first.item} and ${showName(other.text)} in item ${other.item}`;
		const remedy = 'Give it the same value in all items of a group, or group by another field.';
		this.context.issues.add(row, { code: 'group', reason, remedy }, path.join('.'));
		return false;
	}
}
