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
