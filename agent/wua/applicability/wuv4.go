package applicability

import "strings"

// The rules that were carried over from catalogues of Windows Update V4, MS-WUSP product
// note 53, which names them. Assumed: the key is given as in other rules, the value is
// text, and case does not matter.

// wuv4Value holds where the text of a registry value is Data.
func (c *call) wuv4Value() (Truth, string) {
	return c.wuv4([2]string{"is", "is not"}, strings.EqualFold)
}

// wuv4Substring holds where the text of a registry value has Data in it.
func (c *call) wuv4Substring() (Truth, string) {
	return c.wuv4([2]string{"contains", "does not contain"}, func(text, part string) bool { return strings.Contains(strings.ToLower(text), strings.ToLower(part)) })
}

func (c *call) wuv4(words [2]string, compare func(text, data string) bool) (Truth, string) {
	data := c.text("Data")
	text, why, ok := c.regText()
	if !ok {
		return c.result(False, "%s", why)
	}
	if compare(text, data) {
		return c.result(True, "%s, %s is %q, which %s %q", c.key(), c.text("Value"), text, words[0], data)
	}
	return c.result(False, "%s, %s is %q, which %s %q", c.key(), c.text("Value"), text, words[1], data)
}
