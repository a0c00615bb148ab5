import type { TextFormat } from './dates';
import { RowFiller, type FilledRow } from './fill';
import { Refusal, type IssueLog } from './issues';
import { LABEL, showName } from './labels';
import { looseName, Matcher, nestedBases, type Match, type Source } from './match';
import { isPlainObject, valueAt } from './own';
import { fieldsAround, isPrinted, mergedFields, namesIn, valueIn, type Fields } from './records';
import type { FieldList, RawRow } from './source';
import { isTableLike, TableReader } from './table';
import { targetsOf, type Target, type VariableTargets } from './targets';
import type { ApiValue, BuildOptions, Picture, RowValues, Variable, Variables } from './types';
import {
	imageValue,
	isPlainText,
	ObjectFound,
	objectRefusal,
	textValue,
	tokenValues,
} from './value';
import { parseKey } from './variables';

/** A row with the fields that its values are taken from. */
export interface FieldedRow {
	readonly row: RawRow;
	/** Its fields; of a group, those of each item. */
	readonly records: readonly Fields[];
	/** All fields of the row; of a group, of each the first value that is not empty. */
	readonly fields: Fields;
	readonly match: Match;
	/** Fields of the objects around, where the rows are taken from a nested one. */
	readonly around: readonly string[];
}

/** A row that is being filled. */
interface Filling {
	readonly values: RowValues;
	/** Whether anything of it is printed. */
	hasValue: boolean;
	/** Whether something in it cannot be sent. */
	isRefused: boolean;
}

/** What all rows of a design are built with. */
export interface RowContext {
	readonly options: BuildOptions;
	readonly format: TextFormat;
	readonly only: FieldList | undefined;
	/** The binary fields of each item. */
	readonly binaryFields: ReadonlyMap<number, readonly string[]>;
	readonly issues: IssueLog;
}

/** The rows of one design: matched with its variables, and their values converted. */
export class DesignRows {
	readonly rows: readonly FieldedRow[];
	readonly targets: readonly Target[];
	readonly filler: RowFiller;
	/** Nested objects that bring fields which belong to variables, where no top-level field does. */
	readonly bases: readonly string[][];
	readonly tables = new Map<Target, TableReader>();
	private readonly wholes: readonly Target[];
	private readonly groupTable: Target | undefined;
	private readonly pictureFields: ReadonlyArray<{ target: Target; binaryField: string }>;

	constructor(
		readonly designId: string,
		readonly variables: Variables,
		rows: readonly RawRow[],
		private readonly context: RowContext,
	) {
		const { options, format } = context;
		const picked = rows.map(({ records, isRestricted }) =>
			records.map((fields) => (isRestricted ? (context.only?.pick(fields) ?? fields) : fields)),
		);
		const showsAll = variables.known && variables.list.every(({ tokens }) => tokens !== undefined);
		const keys = showsAll ? [] : [...namesIn(picked)];
		const list = variables.known
			? variables.list
			: unknownVariables([...keys, ...this.listed(rows)]);
		const made = targetsOf(list, keys);
		this.targets = made.targets;
		this.wholes = made.variables.map(({ whole }) => whole);
		for (const target of this.wholes) {
			const chosen = options.tableColumns?.find(({ variable }) => this.named(variable) === target);
			this.tables.set(target, new TableReader(target.variable, chosen?.columns, format));
		}
		this.filler = this.fillerFor(made.variables);
		const goesDeep = variables.known && rows.every(({ isMapped }) => !isMapped);
		const matcher = new Matcher(this.targets, goesDeep);
		const tops = picked.map((records) => mergedFields(records));
		const isTop = tops.some((fields) => matcher.bringsFields(fields));
		this.bases = isTop || !goesDeep ? [] : nestedBases(matcher, this.objectsOf(rows));
		const base = this.bases.length === 1 ? this.bases[0] : undefined;
		this.rows = rows.map((row, index) => {
			const records = base ? this.recordsIn(row, base) : (picked[index] ?? []);
			const fields = base ? mergedFields(records) : (tops[index] ?? {});
			const around = base ? fieldsAround(mergedFields(row.records), base) : [];
			return { row, records, fields, match: matcher.match(fields), around };
		});
		this.pictureFields = (options.images ?? []).flatMap(({ variable, binaryField }) => {
			const target = this.named(variable);
			return target ? [{ target, binaryField }] : [];
		});
		this.groupTable = rows.some(({ group }) => group !== undefined)
			? this.tableOfGroups()
			: undefined;
	}

	/** The nested object that the rows are taken from. */
	get base(): readonly string[] | undefined {
		return this.bases.length === 1 ? this.bases[0] : undefined;
	}

	/** Whether anything of any row belongs to a variable. */
	get hasMatch(): boolean {
		return this.rows.some(
			({ row, match }) => match.sources.length > 0 || this.picturesOf(row).length > 0,
		);
	}

	/** The variable of that name, or of the only one that is nearly the same. */
	named(name: string): Target | undefined {
		const exact = this.wholes.find(({ keys }) => keys.includes(name));
		if (exact) return exact;
		const similar = this.wholes.filter(({ key }) => looseName(key) === looseName(name));
		return similar.length === 1 ? similar[0] : undefined;
	}

	/** Why items cannot be grouped in this design. */
	get groupRefusal(): string | undefined {
		if (this.groupTable !== undefined) return undefined;
		const tables = this.wholes.filter(({ kind }) => kind === 'table');
		return tables.length === 0
			? `the design has no table variable for the items of a group`
			: `the design has ${tables.length} table variables, and none is named for the items of a group`;
	}

	/** Converts the values of a row; `undefined` where one cannot be sent, which goes to the log. */
	fill(fielded: FieldedRow): (FilledRow & { pictures: Picture[]; hasValue: boolean }) | undefined {
		const { row, records, match } = fielded;
		const pictures = this.picturesOf(row);
		const isSingle = records.length === 1;
		const filling: Filling = {
			values: this.filler.start(),
			hasValue: pictures.length > 0,
			isRefused: false,
		};
		for (const source of match.sources) {
			const { target } = source;
			if (target === this.groupTable || isPictured(pictures, target)) continue;
			const raw = valueIn(records, source.path);
			if (raw === undefined || raw === null) continue;
			// Most values are text that is sent as it is.
			if (isSingle && typeof raw === 'string' && isSentAsItIs(raw, target, this.context.format)) {
				this.give(target, raw, filling);
			} else this.fillFrom(fielded, source, raw, filling);
		}
		if (row.group !== undefined) this.fillGroupTable(fielded, filling);
		for (const { variable } of pictures) {
			const target = this.named(variable);
			if (target) this.filler.mark(target);
			for (const key of target?.keys ?? []) delete filling.values[key];
		}
		const { values, hasValue, isRefused } = filling;
		if (isRefused) return undefined;
		return { row, values, pictures, hasValue, ...this.filler.complete(values) };
	}

	private fillFrom(fielded: FieldedRow, source: Source, raw: unknown, filling: Filling): void {
		const { target } = source;
		const converted = this.converted(source, raw);
		if (converted === undefined) return;
		if (converted instanceof Refusal) {
			this.refuse(fielded, source, converted);
			filling.isRefused = true;
		} else if (converted instanceof Map) {
			const tokens = this.targets.filter(
				({ variable, token }) => variable === target.variable && token !== undefined,
			);
			for (const own of tokens) this.give(own, converted.get(own.token ?? ''), filling);
		} else {
			this.give(target, converted, filling);
			if (fielded.records.length > 1 && this.differs(fielded, source)) filling.isRefused = true;
		}
	}

	private fillGroupTable(fielded: FieldedRow, filling: Filling): void {
		const target = this.groupTable;
		const table = target && this.tables.get(target)?.read(fielded.records);
		if (!target || table === undefined) return;
		if (table instanceof Refusal) {
			const about = table.in(`group ${showName(fielded.row.group ?? '')}`);
			this.refuse(fielded, { target, path: [] }, about);
			filling.isRefused = true;
		} else {
			this.filler.give(filling.values, target, table);
		}
	}

	private give(target: Target, value: ApiValue | undefined, filling: Filling): void {
		if (value === undefined) return;
		this.filler.give(filling.values, target, value);
		if (!filling.hasValue) filling.hasValue = isPrinted(value);
	}

	private converted(
		{ target, path }: Source,
		raw: unknown,
	): ApiValue | Map<string, string | undefined> | Refusal | undefined {
		const { format } = this.context;
		if (isPlainObject(raw)) {
			const tokens = tokenValues(raw, target, format);
			if (tokens !== undefined) return tokens;
		}
		if (target.kind === 'table' || (target.kind === 'unknown' && isTableLike(raw))) {
			return this.tables.get(target)?.read(raw);
		}
		if (target.kind === 'image') return imageValue(raw);
		const text = textValue(raw, target, format);
		if (!(text instanceof ObjectFound)) return text;
		return objectRefusal(text.value, target, [...(this.base ?? []), ...path]);
	}

	private refuse(
		{ row: { itemIndexes, rowIndex } }: FieldedRow,
		{ target, path }: Source,
		{ code, reason, remedy }: Refusal,
	): void {
		const field = path.length === 0 ? target.key : path.join('.');
		const leaveOut = this.variables.known
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

	private picturesOf({ itemIndexes }: RawRow): Picture[] {
		if (this.pictureFields.length === 0) return [];
		return this.pictureFields.flatMap(({ target, binaryField }) => {
			const itemIndex = itemIndexes.find((index) =>
				this.context.binaryFields.get(index)?.includes(binaryField),
			);
			return itemIndex === undefined ? [] : [{ variable: target.key, itemIndex, binaryField }];
		});
	}

	private fillerFor(variables: readonly VariableTargets[]): RowFiller {
		const { missingVariables: mode, canUpload = true } = this.context.options;
		return new RowFiller(this.targets, variables, this.tables, { mode, canUpload });
	}

	/** A listed field is one that every row is to have, even where no item brings it. */
	private listed(rows: readonly RawRow[]): readonly string[] {
		const isRestricted = rows.some((row) => row.isRestricted);
		return (isRestricted && this.context.options.onlyFields) || [];
	}

	/** The only table there is, or the one that the table columns name. */
	private tableOfGroups(): Target | undefined {
		const named = (this.context.options.tableColumns ?? []).flatMap(({ variable }) => {
			const target = this.named(variable);
			return target && (target.kind === 'table' || target.kind === 'unknown') ? [target] : [];
		});
		const candidates =
			named.length > 0 ? named : this.wholes.filter(({ kind }) => kind === 'table');
		return candidates.length === 1 ? candidates[0] : undefined;
	}

	private *objectsOf(rows: readonly RawRow[]): Generator<Fields> {
		for (const { records } of rows) yield* records;
	}

	private recordsIn({ records, isRestricted }: RawRow, base: readonly string[]): Fields[] {
		return records.map((record) => {
			const found = valueAt(record, base);
			if (!isPlainObject(found)) return {};
			return isRestricted ? (this.context.only?.pick(found, base) ?? found) : found;
		});
	}
}

/** Where variables are not known, each field is one, and `variable::token` a token of one. */
function unknownVariables(keys: readonly string[]): Variable[] {
	const names = new Set(keys.map((key) => parseKey(key).variable));
	return [...names].map((name) => ({ name, names: [name], kind: 'unknown' }));
}

function isSentAsItIs(text: string, { kind }: Target, format: TextFormat): boolean {
	return kind !== 'table' && kind !== 'image' && isPlainText(text, format);
}

function isPictured(pictures: readonly Picture[], { key }: Target): boolean {
	return pictures.length > 0 && pictures.some(({ variable }) => variable === key);
}
