import { createHash, type Hash } from 'node:crypto';

/**
 * A checksum of all bytes handed on, for storages whose answers carry no strong ETag: only it can
 * prove, after a restart from the first byte, that the file is still the same.
 */
export class PrefixHash {
	private readonly hash: Hash = createHash('sha256');

	add(bytes: Uint8Array): void {
		this.hash.update(bytes);
	}

	equals(other: PrefixHash): boolean {
		return this.hash.copy().digest().equals(other.hash.copy().digest());
	}
}
