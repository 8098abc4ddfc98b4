package report

import (
	"regexp"
	"slices"

	"github.com/wualab/wualab/hresult"
)

// codePattern finds what may be a result code: a name or eight digits in
// hexadecimal.
var codePattern = regexp.MustCompile(`\b(?:[A-Z]+_[A-Z0-9_]*[A-Z0-9]|0x8[0-9A-Fa-f]{7})\b`)

// explainCodes gives the failure codes that texts mention, each once, in the
// order of their first mention.
func explainCodes(texts ...string) []Code {
	var codes []hresult.HRESULT
	for _, text := range texts {
		for _, word := range codePattern.FindAllString(text, -1) {
			if h, err := hresult.Parse(word); err == nil && h.Failed() && !slices.Contains(codes, h) {
				codes = append(codes, h)
			}
		}
	}
	var list []Code
	for _, h := range codes {
		info, _ := hresult.Lookup(h)
		list = append(list, Code{Code: h.String(), Name: info.Name, Meaning: info.Meaning, Check: info.Hint})
	}
	return list
}
