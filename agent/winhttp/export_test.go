package winhttp

// IEBypass is a bypass list of Internet Explorer; one that cannot be read has
// no entries.
func IEBypass(text string) BypassList {
	b, _ := parseBypassList(text, true)
	return b
}
