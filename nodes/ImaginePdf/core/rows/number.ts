/** Decimal digits that a double is sure to keep (IEEE 754, DBL_DIG). The rest is noise. */
const SURE_DIGITS = 15;

/** From here on fifteen digits would leave fewer than two decimals, and cents matter more. */
const KEEP_ALL_DIGITS_FROM = 1e13;

/**
 * A finite number as people write it: no exponent, no float noise (0.1 + 0.2 is `0.3`), no
 * negative zero. Integers keep every digit of their shortest form.
 */
export function numberText(value: number): string {
	const shortest = String(value);
	// Most numbers: too short for noise, and without exponent.
	if (shortest.length <= SURE_DIGITS && !shortest.includes('e')) return shortest;
	const isExact = Number.isInteger(value) || Math.abs(value) >= KEEP_ALL_DIGITS_FROM;
	return withoutExponent(isExact ? shortest : String(Number(value.toPrecision(SURE_DIGITS))));
}

/** Writes out `1e+21` and `1e-7`, the forms ECMAScript's Number::toString falls back to. */
function withoutExponent(text: string): string {
	const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
	if (parts === null) return text;
	const [, sign = '', whole = '', fraction = '', power = '0'] = parts;
	const digits = whole + fraction;
	const point = whole.length + Number(power);
	if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
	if (point >= digits.length) return sign + digits.padEnd(point, '0');
	return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
