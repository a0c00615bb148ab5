import type { IDataObject } from 'n8n-workflow';

import type { Design, DesignSummary } from '../core/api/schemas';
import type { Variables } from '../core/designs/variable';

/** A design as a list entry: the API's own fields. */
export function summaryJson(design: DesignSummary): IDataObject {
	const { designId, name, description, fileSize, createdAt, modifiedAt } = design;
	const given = { designId, name, description, fileSize, createdAt, modifiedAt };
	return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** A design with its variables and what each takes; `null` where the API does not list them. */
export function designJson({
	design,
	variables,
}: {
	design: Design;
	variables: Variables;
}): IDataObject {
	if (!variables.known) return { ...summaryJson(design), variables: null, variableKinds: null };
	const { list } = variables;
	const formats = list.flatMap(({ name, format }) => (format ? [[name, { ...format }]] : []));
	return {
		...summaryJson(design),
		variables: list.map(({ name }) => name),
		variableKinds: Object.fromEntries(list.map(({ name, kind }) => [name, kind])),
		// Where the design says how it wants its values written.
		...(formats.length > 0 && { variableFormats: Object.fromEntries(formats) as IDataObject }),
	};
}
