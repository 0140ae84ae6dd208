/** Reference data that every installation has; loaded again when the files changed. */
export async function loadReferenceIfChanged(_stamp: string | null): Promise<void> {}
/** The demo company. */
export async function loadDemoCompany(_say: (line: string) => void): Promise<void> {}
