import { readFileSync, writeFileSync } from 'node:fs';

const SAMPLE_MS = 10;
const MB = 1_000_000;

/** Measures by how much resident memory grows over what it is now. */
export interface MemoryWatch {
	/** Ends it. The largest growth in MB (of a million bytes). */
	finish(): number;
}

/**
 * Begins to watch this process. On Linux the kernel keeps the exact peak (proc(5), `VmHWM`, reset
 * by `clear_refs`); elsewhere memory is looked at every 10 ms.
 */
export function watchMemory(): MemoryWatch {
	const { gc } = globalThis;
	gc?.();
	const idle = process.memoryUsage.rss();
	if (resetKernelPeak()) return { finish: () => (kernelPeak() - idle) / MB };
	let peak = idle;
	const look = () => void (peak = Math.max(peak, process.memoryUsage.rss()));
	const timer = setInterval(look, SAMPLE_MS);
	return {
		finish: () => {
			look();
			clearInterval(timer);
			return (peak - idle) / MB;
		},
	};
}

function resetKernelPeak(): boolean {
	try {
		writeFileSync('/proc/self/clear_refs', '5');
		return kernelPeak() > 0;
	} catch {
		return false;
	}
}

function kernelPeak(): number {
	const [, kilobytes] =
		/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
	return Number(kilobytes) * 1024;
}
