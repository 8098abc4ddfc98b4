package plan_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/wusp"
)

// TestWordsAreThoseOfThePackages compares the words that the language allows
// with the names that the packages give, so that the judge can compare text.
func TestWordsAreThoseOfThePackages(t *testing.T) {
	for _, c := range []struct {
		typ   reflect.Type
		field string
		want  []string
	}{
		{reflect.TypeFor[plan.ExpectJob](), "Context", names(hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION, "BG_ERROR_CONTEXT_")},
		{reflect.TypeFor[plan.ExpectDecision](), "Kind", names(credrule.URLEmbedded, "")},
		{reflect.TypeFor[plan.Match](), "Response", names(ntlm.ResponseNTLMv2, "")},
		{reflect.TypeFor[plan.ClientEngine](), "Placement", names(bits.FirstRequest, "")},
	} {
		f, _ := c.typ.FieldByName(c.field)
		if got := strings.Split(f.Tag.Get("enum"), "|"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, the package has %q", c.field, got, c.want)
		}
	}
	for _, c := range []struct {
		typ   reflect.Type
		field string
		want  []string
	}{
		{reflect.TypeFor[plan.Approval](), "Action", append(texts(wusp.Actions()), "NotApproved", "-Bundle")},
		{reflect.TypeFor[plan.WSUSFault](), "Code", texts(wusp.ErrorCodes())},
		{reflect.TypeFor[plan.WSUSFault](), "Operation", append(operations(), "any")},
		{reflect.TypeFor[plan.Match](), "Operation", append(operations(), "none")},
	} {
		f, _ := c.typ.FieldByName(c.field)
		got := strings.Split(f.Tag.Get("enum"), "|")
		for _, name := range c.want {
			if without, ok := strings.CutPrefix(name, "-"); ok {
				got = append(got, without, name) // it is no word of the language
			}
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s of %v: %q, the package has %q", c.field, c.typ, got, c.want)
		}
	}
	for _, s := range []plan.Scheme{plan.Basic, plan.Digest, plan.NTLM, plan.Negotiate, plan.Passport} {
		if _, err := credrule.ParseScheme(string(s)); err != nil {
			t.Error(err)
		}
	}
	for _, target := range []plan.Target{plan.TargetServer, plan.TargetProxy} {
		if _, err := credrule.ParseTarget(string(target)); err != nil {
			t.Error(err)
		}
	}
}

func texts[T ~string](list []T) (out []string) {
	for _, one := range list {
		out = append(out, string(one))
	}
	return out
}

func operations() (out []string) {
	for _, o := range wusp.Operations() {
		out = append(out, o.Name)
	}
	return out
}

// names lists the names from 0 to last, without a prefix.
func names[T interface {
	~int
	String() string
}](last T, prefix string) []string {
	var out []string
	for i := T(0); i <= last; i++ {
		out = append(out, strings.TrimPrefix(i.String(), prefix))
	}
	return out
}
