package hresult

// ReturnedBy names the calls that give h to a program and never put it into a job's
// error, such as CreateJob; "" for all other codes. Source: BITS documentation: BITS
// Return Values, and the pages of the calls.
func ReturnedBy(h HRESULT) string {
	switch h {
	case BG_E_TOO_MANY_JOBS_PER_USER, BG_E_TOO_MANY_JOBS_PER_MACHINE:
		return "CreateJob"
	case BG_E_TOO_MANY_FILES_IN_JOB:
		return "AddFile, AddFileSet and AddFileWithRanges"
	case BG_E_TOO_MANY_RANGES_IN_FILE:
		return "AddFileWithRanges"
	case BG_E_TOO_MANY_FILES:
		return "AddFile of an upload job"
	}
	return ""
}
