package plan

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/quantity"
)

// plainInt is the only way to write a number: 0x1F, 1_000 and 010 are read
// differently by different YAML libraries.
var plainInt = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// decodeScalar fills a string, bool or number.
func (d *decoder) decodeScalar(n *node, v reflect.Value, t *tag) {
	switch x := v.Addr().Interface().(type) {
	case *time.Duration:
		if t.format == "skew" {
			*x = quantityOf(d, n, t, "skew", parseSkew)
			return
		}
		*x = quantityOf(d, n, t, "duration", quantity.ParseDuration)
		return
	case *int64:
		switch t.format {
		case "size":
			*x = quantityOf(d, n, t, "size", quantity.ParseSize)
			return
		case "rate":
			*x = quantityOf(d, n, t, "rate", quantity.ParseRate)
			return
		}
	}
	switch v.Kind() {
	case reflect.String:
		if s, ok := d.text(n, t); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		if n.kind != kindBool {
			d.fail(n.pos, fmt.Sprintf("%s: want true or false, not %s", t.key, n.describe()), "write true or false, without quotes")
		}
		v.SetBool(n.kind == kindBool && n.text == "true")
	default:
		if i, ok := d.whole(n, t); ok {
			v.SetInt(i)
		}
	}
}

// quantityOf reads a size or duration, for which 0 is the only bare number.
func quantityOf[T ~int64](d *decoder, n *node, t *tag, what string, parse func(string) (T, error)) T {
	if n.kind != kindText && n.kind != kindInt && n.kind != kindFloat {
		d.fail(n.pos, fmt.Sprintf("%s: want a %s, not %s", t.key, what, n.describe()), formatOf(what).hint)
		return 0
	}
	q, err := parse(n.text)
	if err != nil {
		msg, hint := advice(err)
		if hint == "" {
			hint = formatOf(what).hint
		}
		if t.key != what {
			msg = t.key + ": " + msg
		}
		d.fail(n.pos, msg, hint)
		return 0
	}
	d.checkLimits(n, t, int64(q))
	return q
}

// parseSkew reads a duration that may have a minus.
func parseSkew(s string) (time.Duration, error) {
	rest, minus := strings.CutPrefix(s, "-")
	skew, err := quantity.ParseDuration(rest)
	if minus {
		skew = -skew
	}
	return skew, err
}

// whole reads a number.
func (d *decoder) whole(n *node, t *tag) (int64, bool) {
	hint := "write a number in decimal, without quotes"
	if n.kind != kindInt {
		d.fail(n.pos, fmt.Sprintf("%s: want a whole number, not %s", t.key, n.describe()), hint)
		return 0, false
	}
	i, err := strconv.ParseInt(n.text, 10, 64)
	if err != nil || !plainInt.MatchString(n.text) {
		d.fail(n.pos, fmt.Sprintf("%s: %s is not a whole number in decimal", t.key, n.text), hint)
		return 0, false
	}
	return i, d.checkLimits(n, t, i)
}

func (d *decoder) checkLimits(n *node, t *tag, i int64) bool {
	least, most := int64(math.MinInt64), int64(math.MaxInt64)
	if t.min != nil {
		least = *t.min
	}
	if t.max != nil {
		most = *t.max
	}
	if i >= least && i <= most {
		return true
	}
	hint := fmt.Sprintf("at least %d", least)
	if t.max != nil {
		hint = fmt.Sprintf("%d to %d", least, most)
	}
	d.fail(n.pos, fmt.Sprintf("%s: %s is out of range", t.key, n.text), hint)
	return false
}

// text reads a text and checks it by the tag's enum or format.
func (d *decoder) text(n *node, t *tag) (string, bool) {
	if n.kind != kindText {
		d.failText(n, t)
		return "", false
	}
	if t.enum != nil && !contains(t.enum, n.text) {
		d.fail(n.pos, fmt.Sprintf("%s: unknown value %s", t.key, quote(n.text)), didYouMean(n.text, t.enum))
		return "", false
	}
	if t.enum == nil && n.text == "" && t.format != "" {
		d.fail(n.pos, t.key+": the text is empty", t.help)
		return "", false
	}
	return n.text, t.enum != nil || d.checkFormat(n, t)
}

// failText says why a value that is no text is none.
func (d *decoder) failText(n *node, t *tag) {
	msg, hint := fmt.Sprintf("%s: want a text, not %s", t.key, n.describe()), t.help
	switch {
	case n.kind == kindInt && strings.HasPrefix(strings.ToLower(n.text), "0x"):
		msg = fmt.Sprintf("%s: unquoted hexadecimal code %s", t.key, n.text)
	case n.kind == kindFloat:
		msg = fmt.Sprintf("%s: unquoted version %s", t.key, n.text)
	}
	if n.isScalar() {
		hint = fmt.Sprintf("write it in quotes: %q", n.text)
	}
	d.fail(n.pos, msg, hint)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
